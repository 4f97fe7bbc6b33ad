"""By which way each individual of a batch may be told. Whoever weighs a message only asks whether there is one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db import people, texts
from domain import texting
from domain.outbox import Owed, Row, To
from domain.people import Individual
from domain.texting import Bar, Texting, Way
from usecases.parcels import Addressee, Recipient, Texted
from usecases.service import Service

DANGER = frozenset({"danger", "danger_stranger"})  # whom to ring: to whoever wrote, however they stand to texts


@dataclass(frozen=True)
class Ways:
    """Chats that Telegram reaches, and how the others stand to text messages where those are set up."""

    chats: Mapping[int, people.Chat]
    texts: Mapping[int, Texting]
    others: Mapping[int, Individual]  # those who have no chat
    languages: Sequence[str]

    @staticmethod
    async def read(
        service: Service, tx: AsyncConnection, rows: Iterable[Row], chats: Mapping[int, people.Chat]
    ) -> "Ways":
        """`chats` are those of the individuals whom these rows are for. Asks about text messages only where they are
        set up and somebody is not reached by the chat."""
        meant = [row.owed for row in rows if row.owed.individual_id is not None]
        by_text = {
            owed.individual_id or 0
            for owed in meant
            if owed.to is To.TEXT or (owed.to is To.INDIVIDUAL and owed.individual_id not in chats)
        }
        if not service.policy.texts or not by_text:
            return Ways(chats, {}, {}, service.policy.languages)
        known = await people.individuals_by_id(tx, by_text)
        return Ways(chats, await texts.standing(tx, by_text), known, service.policy.languages)

    def to(self, owed: Owed) -> Addressee | Bar:
        """Who of individuals is told, and how; or why there is no way."""
        id_ = owed.individual_id or 0
        if owed.to is To.TEXT:
            return self._answer(id_, owed)
        match texting.way(owed, id_ in self.chats, self.texts.get(id_)):
            case Way.CHAT:
                chat = self.chats[id_]
                return Recipient(chat.id, chat.chat_id, chat.language)
            case Way.TEXT:
                return self._text(id_)
            case Bar() as bar:
                return bar
        raise AssertionError(owed)

    def _answer(self, id_: int, owed: Owed) -> Addressee | Bar:
        """To what they texted: by the same rules, except that whom to ring is told to whoever is in danger."""
        standing = self.texts.get(id_)
        if standing is None or not standing.number:
            return Bar.NOT_LINKED
        return self._text(id_) if owed.kind in DANGER or standing.bar is None else standing.bar

    def _text(self, id_: int) -> Texted:
        individual = self.others[id_]
        language = individual.language if individual.language in self.languages else "en"
        return Texted(id_, self.texts[id_].number, language)
