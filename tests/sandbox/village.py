"""A town small enough to see through: three people, and a bot of a dozen lines that answers at once."""

from datetime import datetime, timedelta

from sandbox.clock import MovableClock
from sandbox.people import Person
from sandbox.refusals import Json
from sandbox.server import Telegram
from tests.sandbox.published import TOKEN

BUTTONS = {
    "inline_keyboard": [
        [{"text": "I'll be there", "callback_data": "yes"}, {"text": "I can't make it", "callback_data": "no"}]
    ]
}


class Village:
    """Meets `sandbox.web.Town`."""

    def __init__(self, telegram: Telegram, clock: MovableClock) -> None:
        self.telegram = telegram
        self.clock = clock
        self.jamie = telegram.add_person("Jamie Reid")
        self.ailsa = telegram.add_person("Ailsa")
        self.morag = telegram.add_person("Morag Bain")
        self.next_event: datetime | None = clock.now() + timedelta(hours=9)

    def people(self) -> list[Json]:
        roles = {self.jamie: "Doing unpaid work", self.ailsa: "Not joined yet", self.morag: "Supervising officer"}
        return [{"id": person.id, "name": person.name, "role": role} for person, role in roles.items()]

    async def say(self, person_id: int, text: str) -> None:
        self._person(person_id).say(text)
        await self._answer()

    async def tap(self, person_id: int, message_id: int | None, text: str) -> None:
        self._person(person_id).tap(text, message_id)
        await self._answer()

    async def move(self, *, to: datetime | None = None, by: timedelta | None = None, next: bool = False) -> None:
        if next and self.next_event is None:
            raise ValueError("nothing is owed, so there is no next event")
        target = to or (self.clock.now() + by if by else self.next_event)
        assert target
        self.clock.move_to(max(target, self.clock.now()))
        if self.next_event and target >= self.next_event:
            self.next_event = None
            await self._send(self.jamie.id, "You have a work session tomorrow, 10:00 at the garden.", BUTTONS)

    def now(self) -> datetime:
        return self.clock.now()

    async def owed(self) -> list[Json]:
        if self.next_event is None:
            return []
        return [
            {
                "due": self.next_event.isoformat(),
                "kind": "Reminder",
                "to": "Jamie Reid",
                "about": "Work session, 24 November 10:00",
                "why": "The evening before at 18:00",
                "state": "planned",
            }
        ]

    def _person(self, person_id: int) -> Person:
        return self.telegram.people[person_id]

    async def _send(self, chat_id: int, text: str, keyboard: Json | None = None) -> None:
        params = {"chat_id": chat_id, "text": text, "parse_mode": "HTML"} | (
            {"reply_markup": keyboard} if keyboard else {}
        )
        await self.telegram.call(TOKEN, "sendMessage", params)

    async def _answer(self) -> None:
        updates = (await self.telegram.call(TOKEN, "getUpdates", {})).body["result"]
        for update in updates:
            await self.telegram.call(TOKEN, "getUpdates", {"offset": update["update_id"] + 1})
            if query := update.get("callback_query"):
                said = "Thank you. See you there." if query["data"] == "yes" else "Thank you for telling us."
                where = {"chat_id": query["from"]["id"], "message_id": query["message"]["message_id"]}
                await self.telegram.call(TOKEN, "editMessageText", where | {"text": said})
                await self.telegram.call(
                    TOKEN, "answerCallbackQuery", {"callback_query_id": query["id"], "text": "Saved"}
                )
            elif message := update.get("message"):
                await self._heard(message)

    async def _heard(self, message: Json) -> None:
        chat_id = message["chat"]["id"]
        if message["text"].startswith("/start"):
            commands = [{"command": "next", "description": "Your next appointment"}]
            scope = {"type": "chat", "chat_id": chat_id}
            await self.telegram.call(TOKEN, "setMyCommands", {"commands": commands, "scope": scope})
            await self._send(chat_id, "Hello. I am <b>Minder</b>, a computer. /next shows what is next.")
        else:
            await self._send(chat_id, f"You said: {len(message['text'])} characters.")
