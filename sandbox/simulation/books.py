"""What the bot has committed, read past the bot: the oracle trusts none of its queries and none of its caches."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db.types import Keyring

UNSENT = "status IN ('planned', 'sending')"
NEXT_DUE = """SELECT min(at) FROM (SELECT min(due_at) AS at FROM outbox WHERE status = 'planned'
    UNION ALL SELECT min(leased_until) FROM outbox WHERE status = 'sending')"""


@dataclass(frozen=True)
class Delivery:
    """One row of the outbox, as Telegram accepted it in one chat."""

    outbox_id: int
    chat: int  # a row of `chats`
    message_id: int
    at: datetime
    kind: str
    subject: str
    subject_id: int
    step: str
    revision: int
    to: str
    individual_id: int | None
    edited: bool


class Books:
    """A second session on the bot's SQLite file."""

    def __init__(self, file: Path, keys: Keyring) -> None:
        self.keys = keys
        self._open = sqlite3.connect(file)
        self._open.isolation_level = None
        self._last_delivery = 0
        self._people: dict[int, int] = {}

    def close(self) -> None:
        self._open.close()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._open.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The first column of the first row; None if there is none."""
        row = self._open.execute(query, values).fetchone()
        return row[0] if row else None

    def next_due(self) -> datetime | None:
        """When the next row falls due, or the next lease runs out."""
        found = self.one(NEXT_DUE)
        return moment(found) if found is not None else None

    def new_deliveries(self) -> list[Delivery]:
        """Those since the last look."""
        found = self.rows(
            """SELECT d.id, d.outbox_id, d.chat, d.message_id, d.accepted_at, o.kind, o.subject, o.step, o.revision,
                      o."to", o.individual_id, o.params
               FROM deliveries d JOIN outbox o ON o.id = d.outbox_id WHERE d.id > ? ORDER BY d.id""",
            self._last_delivery,
        )
        if found:
            self._last_delivery = found[-1][0]
        return [_delivery(row) for row in found]

    def person(self, chat: int) -> int:
        """Telegram's number of the chat in a row of `chats`, linked or not any more."""
        if chat not in self._people:
            self._people[chat] = int(self.keys.open(self.one("SELECT chat_id FROM chats WHERE id = ?", chat)))
        return self._people[chat]


def _delivery(row: tuple[Any, ...]) -> Delivery:
    _, outbox_id, chat, message_id, at, kind, subject, step, revision, to, individual_id, params = row
    type_, _, id_ = subject.partition(":")
    edited = '"edit"' in params
    return Delivery(
        outbox_id, chat, message_id, moment(at), kind, type_, int(id_), step, revision, to, individual_id, edited
    )


def moment(text: str) -> datetime:
    """A moment as SQLite keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def kept(at: datetime) -> str:
    """The inverse: as SQLite keeps it, to compare with."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
