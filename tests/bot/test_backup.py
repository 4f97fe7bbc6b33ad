"""The drill: a backup while the bot works, a person erased, everything lost, and the backup put back."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot import backups as files
from db import tables
from db.engine import Database
from db.types import Keyring
from domain.calendar import Calendar
from domain.outbox import Owed, Row, Status, Subject, To
from domain.policy import Policy
from domain.restoring import missed
from sandbox.clock import MovableClock
from tests.bot.conftest import Machine
from tests.bot.test_commands import digits_in, heard, link_in, running, stopped
from tests.conftest import SECRET
from tests.usecases.test_persons import all_of, caseload, put
from usecases import backups, forms, keeping, persons
from usecases.backups import CannotRestore
from usecases.service import Service

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def quiet(done: int, total: int) -> None:
    return None


def service_at(url: str, secret: str = SECRET) -> Service:
    policy = Policy(retention=keeping.read())
    return Service(Database(url, Keyring([secret])), MovableClock(NOW), Calendar(), policy, forms.read())


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    found = service_at(database_url)
    yield found
    await found.db.close()


@pytest.fixture
async def other(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Service]:
    """Another machine, with an empty database."""
    file = tmp_path / "other.db"
    file.write_bytes(sqlite_template.read_bytes())
    found = service_at(f"sqlite:///{file}")
    yield found
    await found.db.close()


async def save(service: Service, file: Path, force: bool = False) -> int:
    with files.writing(file, force) as write:
        return await backups.make(service, write, quiet)


async def back(service: Service, file: Path, yes: bool = False, also: Any = ()) -> backups.Restored:
    with files.reading(file) as lines:
        return await backups.restore(service, lines, yes, also, quiet)


async def contents(service: Service) -> dict[str, list[Any]]:
    return {table.name: await all_of(service, table) for table in tables.metadata.sorted_tables}


async def test_everything_comes_back_on_the_same_and_on_the_other_kind_of_database(
    service: Service, other: Service, tmp_path: Path
) -> None:
    await caseload(service)
    async with service.db.write() as tx:
        await put(tx, tables.staff, ref="OF2", name="Col", roles="officer", cover_id=1)
        await tx.execute(tables.staff.update().where(tables.staff.c.ref == "OF1").values(cover_id=2))
        await put(tx, tables.anchors, at=NOW, access_id=9, chain="9f", gone=9)
    before = await contents(service)
    file = tmp_path / "copy.gz"
    rows = await save(service, file)
    assert rows == sum(map(len, before.values()))
    assert file.stat().st_mode & 0o777 == 0o600
    raw = gzip.decompress(file.read_bytes()).decode()
    assert not any(word in raw for word in ("Kit", "mine back", "Orla"))
    for one in (other, service):  # and from the other back again
        await back(one, file, yes=one is service)
        await save(one, file, force=True)
        after = await contents(one)
        for name in before:
            if name not in ("outbox", "erased"):
                assert after[name] == before[name], name
        async with one.db.write() as tx:
            assert await put(tx, tables.staff, ref=f"NEW{one is other}", name="N", roles="duty") == 3


async def test_a_person_erased_after_the_backup_is_gone_after_its_return(service: Service, tmp_path: Path) -> None:
    await caseload(service)
    await save(service, tmp_path / "monday.gz")
    await persons.erase(service, "C1")
    came_to = await back(service, tmp_path / "monday.gz", yes=True)
    assert came_to.erased == 1
    found = str([rows for name, rows in (await contents(service)).items() if name != "erased"])
    assert not any(words in found for words in ("Kit", "mine", "'C1'", "901"))
    assert "Ali" in found
    assert {"C1", "orders\nO1"} <= {row.case_ref for row in await all_of(service, tables.erased)}


async def test_on_a_new_machine_a_later_backup_tells_who_was_erased(
    service: Service, other: Service, tmp_path: Path
) -> None:
    await caseload(service)
    await save(service, tmp_path / "monday.gz")
    await persons.erase(service, "C1")
    await save(service, tmp_path / "tuesday.gz")
    also = files.erased_names_in([tmp_path / "tuesday.gz"], service.db.keys)
    assert (await back(other, tmp_path / "monday.gz", also=also)).erased == 1
    assert sorted(row.first_name for row in await all_of(other, tables.individuals)) == ["", "Ali"]


async def test_writes_go_on_during_a_backup_which_is_one_moment(service: Service, tmp_path: Path) -> None:
    await caseload(service)
    done, written = asyncio.Event(), list[int]()

    async def writes() -> None:
        while not done.is_set():
            count = len(written)
            async with service.db.write() as tx:  # a person and their invitation: never one without the other
                new = insert(tables.individuals).values(case_ref=f"W{count}", first_name="W")
                id_ = (await tx.execute(new.returning(tables.individuals.c.id))).scalar_one()
                invite = {"code_hash": f"W{count}", "individual_id": id_, "made_at": NOW, "expires_at": NOW}
                await tx.execute(insert(tables.invites).values(invite))
            written.append(count)
            await asyncio.sleep(0)

    writing = asyncio.create_task(writes())
    while (await number(service, tables.individuals)) < 5:
        await asyncio.sleep(0.01)
    for n in range(3):
        before = len(written)
        await save(service, tmp_path / f"{n}.gz")
        while len(written) == before:  # on SQLite both go on in one loop, by turns
            await asyncio.sleep(0)
    done.set()
    await writing
    for n in range(3):
        lines = [json.loads(line) for line in gzip.decompress((tmp_path / f"{n}.gz").read_bytes()).splitlines()]
        counts: dict[str, int] = {}
        for line in lines:
            if isinstance(line, dict) and "table" in line:
                table = line["table"]
            elif isinstance(line, list):
                counts[table] = counts.get(table, 0) + 1
        assert counts["individuals"] == counts["invites"]


async def number(service: Service, table: Any) -> int:
    async with service.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


async def test_what_is_no_whole_backup_changes_nothing(service: Service, tmp_path: Path) -> None:
    await caseload(service)
    file = tmp_path / "copy.gz"
    await save(service, file)
    before = await contents(service)
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    head = json.loads(lines[0])
    for name, content, told in (
        ("cut", b"".join(lines[:-1]), "cut off"),
        ("short", b"".join([*lines[:-3], *lines[-2:]]), "not whole"),
        ("half", b"".join(lines)[:-20], "not a whole backup"),
        ("newer", json.dumps({**head, "revision": "9999"}).encode() + b"\n", "newer version of Minder: found"),
        ("words", b"hello\n", "not a whole backup"),
        ("json", b"[]\n", "not a backup"),
    ):
        (tmp_path / name).write_bytes(gzip.compress(content))
        with pytest.raises(CannotRestore, match=told):
            await back(service, tmp_path / name, yes=True)
    (tmp_path / "torn").write_bytes(file.read_bytes()[:-30])
    with pytest.raises(CannotRestore):
        await back(service, tmp_path / "torn", yes=True)
    with pytest.raises(CannotRestore, match="Expected an empty one, or --yes"):
        await back(service, file)
    assert await contents(service) == before


async def test_a_backup_under_another_key_is_refused(service: Service, tmp_path: Path, database_url: str) -> None:
    await save(service, tmp_path / "copy.gz")
    stranger = service_at(database_url, "another secret key of another service")
    with pytest.raises(CannotRestore, match="another key than MINDER_SECRET_KEY"):
        await back(stranger, tmp_path / "copy.gz")
    await stranger.db.close()


def stumbles(write: Callable[[str], object]) -> None:
    write("one")
    raise TypeError


def test_a_backup_replaces_no_file_and_leaves_none_behind_that_is_not_whole(tmp_path: Path) -> None:
    file = tmp_path / "copy.gz"
    with pytest.raises(TypeError), files.writing(file, force=False) as write:
        stumbles(write)
    assert list(tmp_path.iterdir()) == []
    file.write_text("mine")
    with pytest.raises(CannotRestore, match="is there already"), files.writing(file, force=False):
        pass
    assert file.read_text() == "mine"
    with files.writing(file, force=True) as write:
        write("one")
    assert gzip.decompress(file.read_bytes()) == b"one\n"


# ── What was owed ───────────────────────────────────────────────────────────────────────────────────────────────────


def row(id_: int, kind: str, hours: int, subject: str = "item:1", **values: Any) -> Row:
    """A row that is due so many hours from now."""
    to = To.INDIVIDUAL if kind == "reminder" else To.WORKER
    due = NOW + timedelta(hours=hours)
    owed = Owed(kind, Subject.parse(subject), to, due, step=str(id_), **values)
    return Row(id_, owed, Status.PLANNED)


def test_what_was_due_meanwhile_does_not_flood() -> None:
    ahead, over = {"expires_at": NOW + timedelta(hours=3)}, {"expires_at": NOW - timedelta(hours=3)}
    rows = [
        row(1, "reminder", -12, "appointment:1", **ahead),  # tomorrow's date: better twice than not
        row(2, "reminder", -30, "appointment:2", **over),
        row(3, "reminder", 5, "appointment:3", **ahead),
        row(4, "item", -9, family="ladder"),
        row(5, "item", -5, family="ladder"),  # the last about item 1: somebody must hear of it
        row(6, "item", -9, "item:2", family="ladder"),
        row(7, "item", 5, "item:2", family="ladder"),  # item 2 goes on by itself
        row(8, "missed_care", -20, "appointment:2"),
    ]
    assert missed(rows, NOW) == [2, 4, 6, 8]


async def test_after_a_return_only_what_is_ahead_is_owed(service: Service, tmp_path: Path) -> None:
    owed = {"subject": "chat:1", "to": "chat", "params": {}, "planned_at": NOW, "status": "planned", "kind": "menu"}
    raw = {"update_id": 1}
    async with service.db.write() as tx:
        await put(tx, tables.outbox, key="past", due_at=NOW - timedelta(days=7), **owed)
        await put(tx, tables.outbox, key="ahead", due_at=NOW + timedelta(days=7), **owed)
        await put(tx, tables.inbox, update_id=1, chat_hash="x", raw=raw, received_at=NOW)
    await save(service, tmp_path / "copy.gz")
    came_to = await back(service, tmp_path / "copy.gz", yes=True)
    assert (came_to.missed, came_to.dropped) == (1, 1)
    found = {row.key: (row.status, row.reason) for row in await all_of(service, tables.outbox)}
    assert found == {"past": ("missed", "restored"), "ahead": ("planned", "")}


# ── The drill ───────────────────────────────────────────────────────────────────────────────────────────────────────

STAFF = "staff_ref,name,roles\nMGR1,Morag Reid,manager\n"
PEOPLE = "case_ref,first_name\nC1,Kit\nC2,Ali\n"


async def test_the_drill(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "staff.csv").write_text(STAFF)
    (machine.folder / "people.csv").write_text(PEOPLE)
    assert (await machine.minder("import", "staff.csv", "people.csv")).code == 0
    process = await running(machine)
    ali = machine.telegram.add_person("Ali")
    invited = await machine.minder("invite", "C2")
    ali.say(f"/start {link_in(invited)}")
    ali.say(digits_in(invited))
    await heard(ali, "Ali")

    saved = await machine.process("backup", "monday.gz")  # while the bot runs
    assert saved.code == 0, saved.err
    assert (machine.folder / "monday.gz").stat().st_mode & 0o777 == 0o600
    again = await machine.minder("backup", "monday.gz")
    assert (again.code, "is there already" in again.err) == (1, True)
    assert (await machine.minder("backup", "--force", "monday.gz")).code == 0

    dry = await machine.minder("person", "erase", "--dry-run", "C1")
    assert (dry.code, "Would be erased" in dry.out, "Section 62" in dry.out) == (0, True, True)
    assert (await machine.minder("person", "erase", "C1", typed="C2\n")).code == 1
    copy = await machine.minder("person", "export", "C1", "--file", "copy.html")
    assert (copy.code, "Kit" in (machine.folder / "copy.html").read_text()) == (0, True)
    erased = await machine.minder("person", "erase", "C1", typed="C1\n")
    assert (erased.code, "Erased: the name" in erased.out) == (0, True), erased.err

    refused = await machine.minder("restore", "--yes", "monday.gz")
    assert (refused.code, "is running on" in refused.err) == (1, True)
    assert (await stopped(process)).code == 0
    refused = await machine.minder("restore", "monday.gz")
    assert (refused.code, "--yes" in refused.err) == (1, True)
    restored = await machine.minder("restore", "--yes", "monday.gz")
    assert restored.code == 0, restored.err
    assert "1 people who had been erased since were erased again" in restored.out
    assert (await machine.minder("invite", "C1")).code == 1
    left_out = await machine.minder("import", "people.csv")
    assert "1 row left out: erased." in left_out.out

    process = await running(machine)  # and the bot goes on, and knows who speaks
    ali.say("/next")
    await heard(ali, "no dates")
    assert (await stopped(process)).code == 0


async def test_a_restore_into_nothing_after_the_machine_was_lost(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "people.csv").write_text(PEOPLE)
    await machine.minder("import", "people.csv")
    await machine.minder("backup", "monday.gz")
    for file in machine.folder.glob("minder.db*"):
        file.unlink()
    restored = await machine.minder("restore", "monday.gz")
    assert restored.code == 0, restored.err
    assert (await machine.minder("person", "export", "C2")).code == 0


async def test_no_backup_says_so_kindly(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "words.txt").write_text("hello")
    refused = await machine.minder("restore", "words.txt")
    assert (refused.code, "not a whole backup" in refused.err) == (1, True), refused.err
    assert (await machine.minder("legal-hold", "O9", "--on")).code == 1
    assert "| what | how long |" in (await machine.minder("retention")).out
    machine.environment = {"MINDER_RETENTION_FILE": "words.txt"}
    wrong = await machine.minder("retention")
    assert (wrong.code, "words.txt:1: expected a list" in wrong.err) == (1, True), wrong.err
