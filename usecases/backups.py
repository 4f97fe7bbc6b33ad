"""A copy of everything, made while the bot runs; and its return, without the people who were erased since."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy.ext.asyncio import AsyncConnection

from db import access, backups, persons, tables
from db.types import Keyring
from domain import restoring
from usecases.service import Service

FORMAT = 1
PROOF = "minder"  # sealed in the head of each backup, to tell a wrong key before anything is touched
CHUNK = 500
Progress = Callable[[int, int], None]


class CannotRestore(Exception):
    """Why a file cannot be restored: what was found, and what is expected."""


@dataclass(frozen=True)
class Restored:
    """What a restore came to."""

    made_at: str
    rows: int
    erased: int  # people who were in the backup and had been erased since
    missed: int  # messages that were due before now and are not said any more
    dropped: int  # updates that were being answered when the backup was made


# ── Making one ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def make(service: Service, write: Callable[[str], object], progress: Progress) -> int:
    """Writes one snapshot line by line; returns how many rows. Sealed values stay sealed."""
    async with service.db.read() as tx:
        total, done = await backups.count(tx), 0
        head = {
            "minder_backup": FORMAT,
            "revision": await backups.revision(tx),
            "made_at": service.clock.now().isoformat(),
            "proof": base64.b64encode(service.db.keys.seal(PROOF)).decode(),
            "rows": total,
        }
        write(json.dumps(head))
        for table in backups.TABLES:
            write(json.dumps({"table": table.name, "columns": [column.name for column in table.c]}))
            async for row in backups.rows(tx, table):
                write(json.dumps(row, ensure_ascii=False))
                done += 1
                if done % CHUNK == 0:
                    progress(done, total)
        write(json.dumps({"end": done}))
        progress(total, total)
        return done


# ── Reading one ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _parsed(lines: Iterator[str]) -> Iterator[Any]:
    """Each line; raises CannotRestore where a file is no backup or has been cut off."""
    try:
        for line in lines:
            yield json.loads(line)
    except (ValueError, EOFError, OSError) as error:
        raise CannotRestore(f"This is not a whole backup ({error}). Expected a file made by `minder backup`.") from None


def _head(lines: Iterator[Any], keys: Keyring) -> dict[str, Any]:
    head = next(lines, None)
    if not isinstance(head, dict) or head.get("minder_backup") != FORMAT:
        raise CannotRestore("This is not a backup. Expected a file made by `minder backup`.")
    known = backups.known_revisions()
    if head["revision"] not in known:
        raise CannotRestore(
            f"The backup was made by a newer version of Minder: found revision {head['revision']}; "
            f"expected one of {', '.join(sorted(known))}. Install that version first."
        )
    try:
        keys.open(base64.b64decode(head["proof"]))
    except InvalidToken:
        raise CannotRestore(
            f"The backup of {head['made_at']} is sealed under another key than MINDER_SECRET_KEY. Expected the key "
            "that was in use then; several are joined with commas, the newest first."
        ) from None
    return head


def _rows(lines: Iterator[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(table, row) of every row; raises CannotRestore if the end is missing."""
    table, count = tables.staff, 0
    names: list[str] = []
    for one in lines:
        if isinstance(one, list):
            count += 1
            yield table, backups.row_of(table, names, one)
        elif "end" in one:
            if one["end"] != count:
                raise CannotRestore(f"This backup is not whole: found {count} rows; expected {one['end']}.")
            return
        else:
            table, names = tables.metadata.tables[one["table"]], one["columns"]
    raise CannotRestore("This backup is cut off: its last line is missing. Take another one.")


def erased_names(lines: Iterator[str], keys: Keyring) -> list[str]:
    """The references of those who had been erased when a backup was made."""
    parsed = _parsed(lines)
    _head(parsed, keys)
    return [keys.open(row["case_ref"]) for table, row in _rows(parsed) if table is tables.erased]


# ── Putting it back ─────────────────────────────────────────────────────────────────────────────────────────────────


async def restore(
    service: Service, lines: Iterator[str], replace: bool, also_erased: Sequence[str], progress: Progress
) -> Restored:
    """Puts a backup in the place of what is here, in one transaction; raises CannotRestore and changes nothing.

    Whoever was erased by the database that is replaced, or is named in `also_erased`, is erased again.
    """
    parsed = _parsed(lines)
    head = _head(parsed, service.db.keys)
    async with service.db.write() as tx:
        if not replace and not await backups.empty(tx):
            raise CannotRestore("There are people in this database already. Expected an empty one, or --yes.")
        names = [*await persons.erased_names(tx), *also_erased]
        await backups.clear(tx)
        rows = await _put(tx, parsed, head["rows"], progress)
        await backups.count_on(tx)
        again = await _erase_again(service, tx, names)
        missed = restoring.missed(await backups.unsent(tx), service.clock.now())
        await backups.miss(tx, missed, service.clock.now())
        dropped = await backups.drop_updates(tx)
    service.wake()
    return Restored(head["made_at"], rows, again, len(missed), dropped)


async def _put(tx: AsyncConnection, lines: Iterator[Any], total: int, progress: Progress) -> int:
    waiting: list[dict[str, Any]] = []
    links: list[Any] = []
    done, current = 0, tables.staff

    async def flush() -> None:
        links.extend(await backups.add(tx, current, waiting))
        waiting.clear()
        progress(done, total)

    for table, row in _rows(lines):
        if table is not current or len(waiting) >= CHUNK:
            await flush()
            current = table
        waiting.append(row)
        done += 1
    await flush()
    await backups.link(tx, links)
    return done


async def _erase_again(service: Service, tx: AsyncConnection, names: Sequence[str]) -> int:
    """Whoever was erased since the backup was made is erased once more."""
    now = service.clock.now()
    ids = await persons.individual_ids(tx, names)
    for id_ in ids:
        await access.note(tx, now, None, [id_], "erase", "erased again after a restore")
        await persons.erase(tx, await persons.rows_about(tx, id_), service.db.keys, now, None)
    await persons.remember(tx, names, service.db.keys, now, None)
    return len(ids)
