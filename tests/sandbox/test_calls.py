"""Each kind of refusal in Telegram's own words, and what a call leaves behind."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from sandbox.bots import Bot, Event
from sandbox.checks import Upload
from sandbox.clock import MovableClock
from sandbox.people import NoSuchButton, Person
from sandbox.refusals import AnswerLost
from sandbox.server import PLAYED, Answer, Telegram
from tests.sandbox.published import TOKEN, schema

Call = Callable[..., Awaitable[Answer]]
KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}, {"text": "No", "callback_data": "no"}]]}


@pytest.fixture
def call(telegram: Telegram, bot: Bot) -> Call:
    async def call(method: str, **params: Any) -> Answer:
        return await telegram.call(TOKEN, method, params)

    return call


def why(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["description"]


async def test_the_schema_knows_every_method_that_is_played() -> None:
    assert set(schema()["returns"]) == set(PLAYED)


async def test_a_stranger_token_is_unauthorised(telegram: Telegram) -> None:
    assert why(await telegram.call("1:wrong", "getMe", {})) == (401, "Unauthorized")


async def test_unknown_methods_fail_and_unplayed_ones_say_so(call: Call) -> None:
    assert why(await call("sendPigeon")) == (404, "Not Found: method not found")
    status, description = why(await call("sendPoll"))
    assert status == 404
    assert "this sandbox does not play it" in description


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": ""}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": {"a": 1}}, 'parameter "text" must be of type String'),
        ("sendMessage", {"chat_id": 999, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        (
            "editMessageText",
            {"chat_id": 1, "message_id": "soon", "text": "x"},
            'parameter "message_id" must be of type',
        ),
        ("sendPhoto", {"chat_id": 1}, "there is no photo in the request"),
        ("setMyCommands", {}, 'parameter "commands" is required'),
        ("setMyCommands", {"commands": "[{]"}, "can't parse commands JSON object"),
        (
            "setMyCommands",
            {"commands": [{"command": "help"}]},
            "can't parse bot command: Can't find field \"description\"",
        ),
        ("setMyCommands", {"commands": [{"command": "Not good", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "moon"}},
            "can't parse bot command scope: Unsupported type",
        ),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": "7"}, "object expected as reply markup"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "a"}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "protect_content": "perhaps"},
            'parameter "protect_content" must be of type Boolean',
        ),
        ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old and response timeout expired"),
        ("getFile", {"file_id": "nope"}, "invalid file_id"),
    ],
)
async def test_bad_requests(call: Call, method: str, params: dict[str, Any], description: str) -> None:
    status, said = why(await call(method, **params))
    assert status == 400
    assert said.startswith(f"Bad Request: {description}")


async def test_form_strings_are_read_as_what_they_stand_for(call: Call, jamie: Person) -> None:
    answer = await call(
        "sendMessage",
        chat_id=str(jamie.id),
        text="Hello",
        protect_content="true",
        reply_markup='{"inline_keyboard":[[{"text":"Yes","callback_data":"yes"}]]}',
    )
    assert answer.status == 200
    assert answer.body["result"]["has_protected_content"] is True
    assert jamie.chat[-1].buttons == [["Yes"]]


@pytest.mark.parametrize(("data", "fine"), [("x" * 64, True), ("x" * 65, False), ("é" * 33, False), ("", False)])
async def test_callback_data_has_one_to_64_bytes(call: Call, jamie: Person, data: str, fine: bool) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": data}]]}
    answer = await call("sendMessage", chat_id=jamie.id, text="x", reply_markup=keyboard)
    assert answer.body["ok"] is fine
    if not fine:
        assert why(answer) == (400, "Bad Request: BUTTON_DATA_INVALID")


async def test_a_button_that_does_nothing_is_refused(call: Call, jamie: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes"}]]}
    answer = await call("sendMessage", chat_id=jamie.id, text="x", reply_markup=keyboard)
    assert "Text buttons are unallowed" in why(answer)[1]


async def test_texts_are_counted_in_utf16(call: Call, jamie: Person) -> None:
    assert (await call("sendMessage", chat_id=jamie.id, text="👋" * 2048)).status == 200
    assert why(await call("sendMessage", chat_id=jamie.id, text="👋" * 2048 + "x")) == (
        400,
        "Bad Request: message is too long",
    )
    assert why(await call("sendMessage", chat_id=jamie.id, text=" \n ")) == (400, "Bad Request: message text is empty")


async def test_a_bot_cannot_write_first(telegram: Telegram, call: Call) -> None:
    stranger = telegram.add_person("Ailsa")
    answer = await call("sendMessage", chat_id=stranger.id, text="Hello")
    assert why(answer) == (403, "Forbidden: bot can't initiate conversation with a user")
    stranger.start()
    assert (await call("sendMessage", chat_id=stranger.id, text="Hello")).status == 200


async def test_blocked_and_deactivated(call: Call, jamie: Person, bot: Bot) -> None:
    jamie.block()
    answer = await call("sendMessage", chat_id=jamie.id, text="Hello")
    assert why(answer) == (403, "Forbidden: bot was blocked by the user")
    jamie.unblock()
    assert (await call("sendMessage", chat_id=jamie.id, text="Hello")).status == 200
    updates = (await call("getUpdates")).body["result"]
    assert [update["my_chat_member"]["new_chat_member"]["status"] for update in updates] == ["kicked", "member"]
    jamie.deactivate()
    answer = await call("sendMessage", chat_id=jamie.id, text="Hello")
    assert why(answer) == (403, "Forbidden: user is deactivated")


async def test_flood_control_follows_the_clock(call: Call, jamie: Person, clock: MovableClock) -> None:
    statuses = [(await call("sendMessage", chat_id=jamie.id, text="x")).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = await call("sendMessage", chat_id=jamie.id, text="x")
    assert refused.body["parameters"] == {"retry_after": 1}
    assert why(refused)[1] == "Too Many Requests: retry after 1"
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert (await call("sendMessage", chat_id=jamie.id, text="x")).status == 200
    assert (await call("sendMessage", chat_id=jamie.id, text="x")).status == 429


async def test_flood_control_over_all_chats(telegram: Telegram, call: Call, bot: Bot, clock: MovableClock) -> None:
    people = [telegram.add_person(f"Person {number}") for number in range(12)]
    for person in people:
        person.start()
    statuses = [(await call("sendMessage", chat_id=person.id, text="x")).status for person in people]
    assert statuses == [200] * 10 + [429] * 2
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert (await call("sendMessage", chat_id=people[-1].id, text="x")).status == 200


async def test_edits_change_the_message_and_only_if_it_changes(call: Call, jamie: Person, clock: MovableClock) -> None:
    sent = (await call("sendMessage", chat_id=jamie.id, text="Coming?", reply_markup=KEYBOARD)).body["result"]
    same = {"chat_id": jamie.id, "message_id": sent["message_id"], "text": "Coming?", "reply_markup": KEYBOARD}
    assert "message is not modified" in why(await call("editMessageText", **same))[1]
    clock.move_to(clock.now() + timedelta(minutes=1))
    edited = await call("editMessageText", chat_id=jamie.id, message_id=sent["message_id"], text="Thank you")
    assert edited.body["result"]["edit_date"] == sent["date"] + 60
    seen = jamie.chat[-1]
    assert (seen.text, seen.buttons, seen.edited_at) == ("Thank you", [], seen.date + timedelta(seconds=60))
    again = await call("editMessageReplyMarkup", chat_id=jamie.id, message_id=sent["message_id"], reply_markup=KEYBOARD)
    assert again.status == 200
    assert jamie.chat[-1].buttons == [["Yes", "No"]]


async def test_what_cannot_be_edited(call: Call, jamie: Person) -> None:
    where = {"chat_id": jamie.id, "text": "x"}
    assert why(await call("editMessageText", **where)) == (400, "Bad Request: message identifier is not specified")
    assert why(await call("editMessageText", **where, message_id=1)) == (400, "Bad Request: message to edit not found")
    own = jamie.chat[0].id
    assert why(await call("editMessageText", **where, message_id=own)) == (400, "Bad Request: message can't be edited")
    photo = await call("sendPhoto", chat_id=jamie.id, photo=Upload("a.png", b"picture"))
    number = photo.body["result"]["message_id"]
    assert why(await call("editMessageText", **where, message_id=number))[1] == (
        "Bad Request: there is no text in the message to edit"
    )
    assert (await call("editMessageCaption", chat_id=jamie.id, message_id=number, caption="Scan me")).status == 200
    assert jamie.chat[-1].text == "Scan me"


async def test_deleting_within_48_hours(call: Call, jamie: Person, clock: MovableClock) -> None:
    first, second = [
        (await call("sendMessage", chat_id=jamie.id, text="x")).body["result"]["message_id"] for _ in range(2)
    ]
    clock.move_to(clock.now() + timedelta(hours=48))
    assert (await call("deleteMessage", chat_id=jamie.id, message_id=first)).status == 200
    gone = await call("deleteMessage", chat_id=jamie.id, message_id=first)
    assert why(gone) == (400, "Bad Request: message to delete not found")
    assert first not in [message.id for message in jamie.chat]
    clock.move_to(clock.now() + timedelta(seconds=1))
    late = await call("deleteMessage", chat_id=jamie.id, message_id=second)
    assert why(late) == (400, "Bad Request: message can't be deleted for everyone")


async def test_several_are_deleted_and_the_missing_passed_over(call: Call, jamie: Person) -> None:
    sent = (await call("sendMessage", chat_id=jamie.id, text="x")).body["result"]["message_id"]
    assert (await call("deleteMessages", chat_id=jamie.id, message_ids=[sent, 1])).status == 200
    assert sent not in [message.id for message in jamie.chat]


async def test_one_that_is_too_old_has_all_of_them_stay(call: Call, jamie: Person, clock: MovableClock) -> None:
    jamie.say("my own words can be deleted too")
    old = jamie.chat[-1].id
    clock.move_to(clock.now() + timedelta(hours=48, seconds=1))
    young = (await call("sendMessage", chat_id=jamie.id, text="x")).body["result"]["message_id"]
    late = await call("deleteMessages", chat_id=jamie.id, message_ids=[old, young])
    assert why(late) == (400, "Bad Request: message can't be deleted for everyone")
    assert {old, young} <= {message.id for message in jamie.chat}
    too_many = await call("deleteMessages", chat_id=jamie.id, message_ids=list(range(1, 102)))
    assert too_many.status == 400


async def test_a_tap_can_be_answered_for_a_while(call: Call, jamie: Person, clock: MovableClock) -> None:
    await call("sendMessage", chat_id=jamie.id, text="Coming?", reply_markup=KEYBOARD)
    jamie.tap("Yes")
    [update] = (await call("getUpdates")).body["result"]
    query = update["callback_query"]
    assert query["data"] == "yes"
    assert query["message"]["text"] == "Coming?"
    assert (await call("answerCallbackQuery", callback_query_id=query["id"], text="Saved")).status == 200
    assert jamie.notice == "Saved"
    clock.move_to(clock.now() + timedelta(hours=1))
    late = await call("answerCallbackQuery", callback_query_id=query["id"])
    assert why(late)[1] == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_nobody_taps_what_is_not_there(call: Call, jamie: Person, bot: Bot) -> None:
    await call("sendMessage", chat_id=jamie.id, text="Coming?", reply_markup=KEYBOARD)
    with pytest.raises(NoSuchButton, match='no button says "Maybe"; on show: Yes, No'):
        jamie.tap("Maybe")
    with pytest.raises(NoSuchButton):
        jamie.tap("Yes", message_id=jamie.chat[0].id)
    assert bot.pending == []


async def test_a_tap_on_a_message_that_has_gone(call: Call, jamie: Person) -> None:
    jamie.press("anything", message_id=7)
    [update] = (await call("getUpdates")).body["result"]
    assert update["callback_query"]["message"]["date"] == 0


async def test_the_newest_of_two_like_buttons_is_tapped(call: Call, jamie: Person) -> None:
    sent = [
        (await call("sendMessage", chat_id=jamie.id, text=text, reply_markup=KEYBOARD)).body["result"]["message_id"]
        for text in ("Monday?", "Tuesday?")
    ]
    jamie.tap("No")
    jamie.tap("No", message_id=sent[0])
    updates = (await call("getUpdates")).body["result"]
    assert [update["callback_query"]["message"]["text"] for update in updates] == ["Tuesday?", "Monday?"]


async def test_commands_are_chosen_by_the_narrowest_scope_and_language(call: Call, jamie: Person) -> None:
    def menu(word: str) -> list[dict[str, str]]:
        return [{"command": word, "description": "words"}]

    await call("setMyCommands", commands=menu("start"))
    await call("setMyCommands", commands=menu("tosaich"), language_code="gd")
    assert jamie.commands == menu("start")
    jamie.language_code = "gd"
    assert jamie.commands == menu("tosaich")
    here = {"type": "chat", "chat_id": jamie.id}
    await call("setMyCommands", commands=menu("next"), scope=here)
    assert jamie.commands == menu("next")
    assert (await call("getMyCommands", scope=here)).body["result"] == menu("next")
    await call("deleteMyCommands", scope=here)
    assert jamie.commands == menu("tosaich")


async def test_files_go_up_and_come_down(telegram: Telegram, call: Call, jamie: Person) -> None:
    sent = await call("sendDocument", chat_id=jamie.id, document="attach://one", one=Upload("figures.csv", b"a,b\r\n"))
    document = sent.body["result"]["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("figures.csv", "text/csv", 5)
    path = (await call("getFile", file_id=document["file_id"])).body["result"]["file_path"]
    assert telegram.file(TOKEN, path) == b"a,b\r\n"
    again = await call("sendDocument", chat_id=jamie.id, document=document["file_id"])
    assert again.body["result"]["document"]["file_id"] == document["file_id"]
    from_address = await call("sendPhoto", chat_id=jamie.id, photo="https://example.org/a.png")
    assert "fetches no file" in why(from_address)[1]


async def test_places(call: Call, jamie: Person) -> None:
    where = {"chat_id": jamie.id, "latitude": 55.95, "longitude": "-4.76"}
    assert (await call("sendLocation", **where)).status == 200
    assert (await call("sendVenue", **where, title="The garden", address="1 Shore Street")).status == 200
    media = jamie.chat[-1].media
    assert media is not None
    assert (media["kind"], media["name"], media["longitude"]) == ("location", "The garden", -4.76)


async def test_replies_name_what_they_answer(call: Call, jamie: Person) -> None:
    asked = jamie.chat[-1].id
    sent = await call("sendMessage", chat_id=jamie.id, text="x", reply_parameters={"message_id": asked})
    assert sent.body["result"]["reply_to_message"]["message_id"] == asked
    lost = await call("sendMessage", chat_id=jamie.id, text="x", reply_parameters={"message_id": 3})
    assert why(lost)[1] == "Bad Request: message to be replied not found"


async def test_about_the_bot(call: Call, jamie: Person) -> None:
    me = (await call("getMe")).body["result"]
    assert me["is_bot"] is True
    assert str(me["id"]) == TOKEN.split(":")[0]
    await call("setMyName", name="Minder for Inverclyde")
    await call("setMyDescription", description="Reminders by chat")
    await call("setMyShortDescription", short_description="Reminders")
    assert (await call("getMyName")).body["result"] == {"name": "Minder for Inverclyde"}
    assert (await call("getMyDescription", language_code="gd")).body["result"] == {"description": "Reminders by chat"}
    assert (await call("getMyShortDescription")).body["result"] == {"short_description": "Reminders"}
    assert (await call("getChat", chat_id=jamie.id)).body["result"]["first_name"] == "Jamie"
    for method in ("setChatMenuButton", "logOut", "close"):
        assert (await call(method)).body["result"] is True
    assert (await call("sendChatAction", chat_id=jamie.id, action="typing")).body["result"] is True


async def test_a_bot_leaves_a_group(telegram: Telegram, call: Call, jamie: Person) -> None:
    group = telegram.add_group("The lads")
    group.add_bot(by=jamie)
    joined, message = (await call("getUpdates")).body["result"]
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert message["message"]["chat"]["type"] == "group"
    assert (await call("leaveChat", chat_id=group.chat.id)).status == 200
    assert not group.has_bot
    answer = await call("sendMessage", chat_id=group.chat.id, text="Hello")
    assert why(answer) == (403, "Forbidden: bot is not a member of the group chat")
    before = telegram.waiting(TOKEN)
    group.say(jamie, "has it gone?")
    assert telegram.waiting(TOKEN) == before


async def test_faults_come_when_asked_for(telegram: Telegram, call: Call, jamie: Person) -> None:
    telegram.faults.refuse("sendMessage", 500, "Internal Server Error", times=2)
    telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 9", retry_after=9)
    answers = [await call("sendMessage", chat_id=jamie.id, text="x") for _ in range(4)]
    assert [answer.status for answer in answers] == [500, 500, 429, 200]
    assert answers[2].body["parameters"] == {"retry_after": 9}
    heard = len(jamie.chat)
    telegram.faults.lose_call("sendMessage")
    telegram.faults.lose_answer("sendMessage")
    for played in (False, True):
        with pytest.raises(AnswerLost) as lost:
            await call("sendMessage", chat_id=jamie.id, text="x")
        assert lost.value.played is played
    assert len(jamie.chat) == heard + 1


async def test_listeners_hear_who_did_what(telegram: Telegram, call: Call, jamie: Person) -> None:
    heard: list[Event] = []
    telegram.on_event(heard.append)
    await call("sendMessage", chat_id=jamie.id, text="Coming?", reply_markup=KEYBOARD)
    jamie.tap("Yes")
    assert [(event.who, event.what, event.text, event.chat) for event in heard] == [
        ("Minder", "says", "Coming?", "Jamie"),
        ("Jamie", "taps", "Yes", "Jamie"),
    ]


async def test_long_words_go_as_several_messages(call: Call, jamie: Person) -> None:
    jamie.say("x" * 10_000)
    updates = (await call("getUpdates")).body["result"]
    assert "".join(update["message"]["text"] for update in updates) == "x" * 10_000
    assert all(len(update["message"]["text"]) <= 4096 for update in updates)


async def test_other_things_that_people_send(call: Call, jamie: Person) -> None:
    jamie.send_photo("my line from the doctor")
    jamie.send_sticker("👍")
    jamie.say("I will be lat")
    jamie.edit(jamie.chat[-1].id, "I will be late")
    updates = (await call("getUpdates")).body["result"]
    kinds = [next(key for key in update if key != "update_id") for update in updates]
    assert kinds == ["message", "message", "message", "edited_message"]
    assert jamie.chat[-1].text == "I will be late"


async def test_a_start_link_presses_start(telegram: Telegram, call: Call) -> None:
    ailsa = telegram.add_person("Ailsa")
    ailsa.open("https://t.me/MinderSandboxBot?start=abc-123")
    [update] = (await call("getUpdates")).body["result"]
    assert update["message"]["text"] == "/start abc-123"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_html_is_read_and_other_modes_are_not(call: Call, jamie: Person) -> None:
    sent = await call("sendMessage", chat_id=jamie.id, text="<b>Tomorrow</b> 10:00", parse_mode="HTML")
    assert sent.body["result"]["text"] == "Tomorrow 10:00"
    assert sent.body["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 8}]
    bad = await call("sendMessage", chat_id=jamie.id, text="<b>Tomorrow", parse_mode="HTML")
    assert "can't parse entities" in why(bad)[1]
    assert "HTML" in why(await call("sendMessage", chat_id=jamie.id, text="*x*", parse_mode="MarkdownV2"))[1]
