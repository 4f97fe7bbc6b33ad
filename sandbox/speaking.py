"""The Bot API methods by which a bot speaks: send, edit, delete, answer a tap."""

import mimetypes
from collections.abc import Callable
from datetime import timedelta

from sandbox import chats, markup
from sandbox.bots import Bot, StoredFile
from sandbox.chats import Chat
from sandbox.checks import Upload
from sandbox.refusals import Json, Refused

LONGEST_TEXT = 4096  # UTF-16 code units, after the markup is read
LONGEST_CAPTION = 1024
LONGEST_DATA = 64  # bytes of callback data
DELETABLE = timedelta(hours=48)
MOST_DELETED = 100  # in one call
ANSWERABLE = timedelta(minutes=15)  # Telegram names no figure


def send_message(bot: Bot, p: Json) -> Json:
    text = _text(p)
    preview = {"link_preview_options": p["link_preview_options"]} if "link_preview_options" in p else {}
    return _send(bot, p, lambda: text | preview)


def send_photo(bot: Bot, p: Json) -> Json:
    caption = _caption(p)

    def content() -> Json:
        stored = _stored(bot, p["photo"], "photo")
        width, height = _size(stored.content)
        size = {
            "file_id": stored.id,
            "file_unique_id": stored.unique_id,
            "width": width,
            "height": height,
            "file_size": len(stored.content),
        }
        return {"photo": [size]} | caption

    return _send(bot, p, content)


def send_voice(bot: Bot, p: Json) -> Json:
    caption = _caption(p)

    def content() -> Json:
        stored = _stored(bot, p["voice"], "voice")
        return {"voice": chats.voice(stored.id, stored.unique_id, len(stored.content))} | caption

    return _send(bot, p, content)


def send_document(bot: Bot, p: Json) -> Json:
    caption = _caption(p)

    def content() -> Json:
        stored = _stored(bot, p["document"], "document")
        document = {
            "file_id": stored.id,
            "file_unique_id": stored.unique_id,
            "file_name": stored.name,
            "mime_type": mimetypes.guess_type(stored.name)[0] or "application/octet-stream",
            "file_size": len(stored.content),
        }
        return {"document": document} | caption

    return _send(bot, p, content)


def send_location(bot: Bot, p: Json) -> Json:
    return _send(bot, p, lambda: {"location": {"latitude": p["latitude"], "longitude": p["longitude"]}})


def send_venue(bot: Bot, p: Json) -> Json:
    location = {"latitude": p["latitude"], "longitude": p["longitude"]}
    venue = {"location": location, "title": p["title"], "address": p["address"]}
    return _send(bot, p, lambda: {"venue": venue, "location": location})


def send_chat_action(bot: Bot, p: Json) -> bool:
    chat = bot.chat(p["chat_id"])
    chat.must_be_open()
    chat.doings.append(p["action"])
    return True


def edit_message_text(bot: Bot, p: Json) -> Json:
    if not p.get("text"):
        raise Refused.bad_request("message text is empty")
    chat, old = _own_message(bot, p)
    if "text" not in old:
        raise Refused.bad_request("there is no text in the message to edit")
    preview = {"link_preview_options": p["link_preview_options"]} if "link_preview_options" in p else {}
    return _edit(bot, chat, old, {"text", "entities", "link_preview_options"}, _text(p) | preview | _keyboard(p))


def edit_message_caption(bot: Bot, p: Json) -> Json:
    chat, old = _own_message(bot, p)
    if not {"photo", "document"} & set(old):
        raise Refused.bad_request("there is no caption in the message to edit")
    return _edit(bot, chat, old, {"caption", "caption_entities"}, _caption(p) | _keyboard(p))


def edit_message_reply_markup(bot: Bot, p: Json) -> Json:
    chat, old = _own_message(bot, p)
    return _edit(bot, chat, old, set(), _keyboard(p))


def delete_message(bot: Bot, p: Json) -> bool:
    chat = bot.chat(p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise Refused.bad_request("message to delete not found")
    _must_be_young(bot, message)
    _delete(bot, chat, message)
    return True


def delete_messages(bot: Bot, p: Json) -> bool:
    """Those that cannot be found are passed over; one that is too old has all of them stay."""
    chat = bot.chat(p["chat_id"])
    if not 1 <= len(p["message_ids"]) <= MOST_DELETED:
        raise Refused.bad_request("from 1 to 100 message identifiers are needed")
    found = [chat.messages[one] for one in p["message_ids"] if one in chat.messages]
    for message in found:
        _must_be_young(bot, message)
    for message in found:
        _delete(bot, chat, message)
    return True


def _must_be_young(bot: Bot, message: Json) -> None:
    """In a private chat a bot may delete both sides' messages, for 48 hours."""
    if bot.timestamp() - message["date"] > DELETABLE.total_seconds():
        raise Refused.bad_request("message can't be deleted for everyone")


def _delete(bot: Bot, chat: Chat, message: Json) -> None:
    chat.messages.pop(message["message_id"], None)
    bot.tell(bot.name, "deletes", chats.words(message), chat)


def answer_callback_query(bot: Bot, p: Json) -> bool:
    query = bot.queries.get(p["callback_query_id"])
    if query is None or bot.clock.now() - query.asked_at > ANSWERABLE:
        raise Refused.bad_request("query is too old and response timeout expired or query ID is invalid")
    text = p.get("text", "")
    if markup.units(text) > 200:
        raise Refused.bad_request("MESSAGE_TOO_LONG")
    if text:
        bot.notices[query.chat_id] = text
        bot.tell(bot.name, "flashes", text, bot.chat(query.chat_id))
    return True


def _send(bot: Bot, p: Json, content: Callable[[], Json]) -> Json:
    """Everything that may refuse comes before the flood is counted and a file is kept."""
    chat = bot.chat(p["chat_id"])
    chat.must_be_open()
    extras = _reply(chat, p) | _keyboard(p) | ({"has_protected_content": True} if p.get("protect_content") else {})
    wait = bot.flood.take(chat.id, bot.clock.now())
    if wait:
        raise Refused.flood(wait)
    message = bot.write(chat, bot.user(), content() | extras)
    bot.tell(bot.name, "says", chats.words(message), chat)
    return message


def _edit(bot: Bot, chat: Chat, old: Json, replaced: set[str], new: Json) -> Json:
    """An edit without a keyboard takes the old one away."""
    chat.must_be_open()
    kept = {key: value for key, value in old.items() if key not in replaced | {"reply_markup"}}
    changed = kept | new
    if changed == old:
        raise Refused.bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    chat.messages[old["message_id"]] = changed = changed | {"edit_date": bot.timestamp()}
    bot.tell(bot.name, "edits", chats.words(changed), chat)
    return changed


def _own_message(bot: Bot, p: Json) -> tuple[Chat, Json]:
    if "chat_id" not in p:
        raise Refused.bad_request("chat_id is empty")
    if "message_id" not in p:
        raise Refused.bad_request("message identifier is not specified")
    chat = bot.chat(p["chat_id"])
    message = chat.messages.get(p["message_id"])
    if message is None:
        raise Refused.bad_request("message to edit not found")
    if message["from"]["id"] != bot.id:
        raise Refused.bad_request("message can't be edited")
    return chat, message


def _text(p: Json) -> Json:
    text, entities = _marked(p["text"], p.get("parse_mode"), p.get("entities"))
    if not text:
        raise Refused.bad_request("message text is empty")
    if markup.units(text) > LONGEST_TEXT:
        raise Refused.bad_request("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def _caption(p: Json) -> Json:
    text, entities = _marked(p.get("caption", ""), p.get("parse_mode"), p.get("caption_entities"))
    if markup.units(text) > LONGEST_CAPTION:
        raise Refused.bad_request("message caption is too long")
    return ({"caption": text} if text else {}) | ({"caption_entities": entities} if entities else {})


def _marked(source: str, mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Telegram trims a message; with entities given, only its end, so that none is moved."""
    if not mode:
        source = source.rstrip() if entities else source.strip()
        return source, entities or markup.found(source)
    if mode.lower() != "html":
        raise Refused.bad_request(f"unsupported parse_mode: the sandbox reads HTML, not {mode}")
    text, entities = markup.parse(source.strip())
    taken = {entity["offset"] for entity in entities}
    return text, entities + [entity for entity in markup.found(text) if entity["offset"] not in taken]


def _keyboard(p: Json) -> Json:
    """Only inline keyboards come back in messages; the others are accepted and not shown."""
    given = p.get("reply_markup")
    if given is None or "inline_keyboard" not in given:
        return {}
    rows = [row for row in given["inline_keyboard"] if row]
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise Refused.bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
        if set(button) <= {"text", "style", "icon_custom_emoji_id"}:
            raise Refused.bad_request(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
        if not 1 <= len(button.get("callback_data", "-").encode()) <= LONGEST_DATA:
            raise Refused.bad_request("BUTTON_DATA_INVALID")
        if not button.get("url", "https://").startswith(("https://", "http://", "tg://")):
            raise Refused.bad_request("BUTTON_URL_INVALID")
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _reply(chat: Chat, p: Json) -> Json:
    wanted = p.get("reply_parameters")
    if wanted is None:
        return {}
    message = chat.messages.get(wanted["message_id"])
    if message is None and not wanted.get("allow_sending_without_reply"):
        raise Refused.bad_request("message to be replied not found")
    inner = {key: value for key, value in (message or {}).items() if key != "reply_to_message"}
    return {"reply_to_message": inner} if inner else {}


def _stored(bot: Bot, file: Upload | str, kind: str) -> StoredFile:
    if isinstance(file, Upload):
        if not file.content:
            raise Refused.bad_request("file must be non-empty")
        return bot.store(file.name, file.content, kind)
    if file in bot.files:
        return bot.files[file]
    if file.startswith(("http://", "https://")):
        raise Refused.bad_request("the sandbox fetches no file from an address: upload it")
    raise Refused.bad_request("wrong remote file identifier specified: Wrong string length")


def _size(content: bytes) -> tuple[int, int]:
    """A PNG says its size in its header; any other picture is taken for an ordinary one."""
    if content.startswith(b"\x89PNG"):
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    return 800, 600
