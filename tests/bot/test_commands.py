"""Set up, run, import, invite, report, stop: real processes, real HTTP, a real database file."""

import ast
import asyncio
import csv
import json
import re
import shutil
import signal
from asyncio.subprocess import Process
from collections.abc import Container, Iterable, Iterator
from graphlib import TopologicalSorter
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import cli
from sandbox.people import Person
from tests.bot.conftest import TOKEN, Machine, Result, ended
from tests.bot.nursery import ROOT, Forked

SOON = 60.0  # seconds that anything here may take on a busy machine; a stop has its own limit
PIN = "28465930"
STAFF = "staff_ref;name;roles\nCM1;Kirsty Muir;case_manager\n"
PEOPLE = "case_ref,first_name,language\nC1,Sam,en\n"


def link_in(result: Result) -> str:
    found = re.search(r"https://t\.me/dates_bot\?start=(\S+)", result.out)
    assert found, result.out
    return found[1]


def digits_in(result: Result) -> str:
    found = re.search(r"4 digits: (\d{4})\.", result.out)
    assert found, result.out
    return found[1]


async def running(machine: Machine, from_nothing: bool = False) -> Process | Forked:
    """The bot, once it says that it runs."""
    process = await (machine.starts_from_nothing if from_nothing else machine.starts)("run")
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), SOON)
    assert b"Minder is running as @dates_bot on sqlite:///minder.db" in line
    return process


async def stopped(process: Process | Forked, told: signal.Signals = signal.SIGTERM) -> Result:
    process.send_signal(told)
    return await asyncio.wait_for(ended(process), 10)


async def heard(person: Person, words: str) -> str:
    """The bot's message with these words, as soon as it is there."""
    async with asyncio.timeout(SOON):
        while True:
            for shown in person.chat:
                if shown.who == "bot" and words in shown.text:
                    return str(shown.text)
            await asyncio.sleep(0.02)


async def test_from_nothing_to_a_manager_who_reads_the_report(machine: Machine) -> None:
    setup = await machine.process("setup", "--yes", "--token", TOKEN, "--manager", "Morag Reid")
    assert setup.code == 0, setup.err
    morag = machine.telegram.add_person("Morag")
    process = await running(machine, from_nothing=True)

    morag.say(f"/start {link_in(setup)}")
    morag.say(digits_in(setup))
    assert "Morag" in await heard(morag, "/report")
    for answer in ("choose a PIN", "the same PIN once more"):
        await heard(morag, answer)
        morag.say(PIN)
    await heard(morag, "Your PIN is set.")

    export = machine.folder / "export"
    export.mkdir()
    (export / "staff.csv").write_bytes(STAFF.encode("utf-8-sig"))
    (export / "people.CSV").write_text(PEOPLE)
    imported = await machine.process("import", "export")
    assert (imported.code, imported.out.splitlines()[-1]) == (0, "added 2, changed 0, unchanged 0, missing 0")

    sam = machine.telegram.add_person("Sam")
    invited = await machine.process("invite", "C1")
    sam.say(f"/start {link_in(invited)}")
    sam.say(digits_in(invited))
    await heard(sam, "Sam")

    morag.say("/report")
    await heard(morag, "Figures for")
    report = await machine.process("report", "--csv", "figures")
    assert (report.code, "Non-attendance alerts" in report.out) == (0, True)
    doctor = await machine.process("doctor")
    assert (doctor.code, "wrong" in doctor.out) == (0, False), doctor.out

    second = await machine.minder("run")
    assert second.code == 1
    assert "Minder is running on minder.db already" in second.err

    end = await stopped(process)
    assert (end.code, end.out) == (0, "Minder has stopped.\n")
    for line in end.err.splitlines():
        assert json.loads(line)["event"]
    assert not any(word in end.err for word in ("Sam", "Morag", PIN, TOKEN, str(sam.id), str(morag.id)))


async def test_the_environment_alone_is_enough_and_a_bot_that_is_killed_leaves_no_lock(machine: Machine) -> None:
    machine.environment = {"MINDER_TOKEN": TOKEN, "MINDER_SECRET_KEY": "a key of the environment; long enough"}
    process = await running(machine)
    process.kill()
    await process.communicate()
    assert (await stopped(await running(machine), signal.SIGINT)).code == 0
    assert not (machine.folder / ".env").exists()


async def test_run_waits_for_a_network_but_not_for_a_wrong_token(machine: Machine) -> None:
    shutil.copy(machine.migrated, machine.folder / "minder.db")
    machine.environment = {"MINDER_TOKEN": "123456789:wrong", "MINDER_SECRET_KEY": "a key that is long enough"}
    refused = await machine.process("run")
    assert refused.code == 1
    assert "Telegram knows no bot by this token" in refused.err
    machine.environment |= {"MINDER_TOKEN": TOKEN, "MINDER_TELEGRAM_URL": "http://127.0.0.1:9"}
    process = await machine.starts("run")
    line = await asyncio.wait_for(process.stderr.readline(), SOON)
    assert json.loads(line)["event"] == "waiting_for_telegram"
    assert (await stopped(process)).code == 0


async def test_problems_of_an_import_are_all_told_and_nothing_is_written(machine: Machine) -> None:
    await machine.is_set_up()
    file = machine.folder / "people.csv"
    file.write_text("case_ref,first_name,youth\nC1,Sam,perhaps\nC2,,\n")
    refused = await machine.minder("import", "people.csv")
    assert refused.code == 1
    assert re.search(r"^people\.csv:2 youth: .*perhaps.*expected", refused.err, re.MULTILINE)
    assert re.search(r"^people\.csv:3 first_name: ", refused.err, re.MULTILINE)
    assert "Nothing was written: 2 problems." in refused.err
    assert (await machine.minder("invite", "C1")).code == 1


async def test_a_dry_run_prints_what_would_change(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "people.csv").write_text(PEOPLE)
    dry = await machine.minder("import", "--dry-run", "people.csv")
    assert "C1" in dry.out
    assert dry.out.splitlines()[-2:] == [
        "Nothing was written: this was a dry run.",
        "added 1, changed 0, unchanged 0, missing 0",
    ]
    assert (await machine.minder("invite", "C1")).code == 1


@pytest.mark.parametrize("path", ["nowhere", "empty"])
async def test_an_import_of_nothing_is_a_mistake(machine: Machine, path: str) -> None:
    (machine.folder / "empty").mkdir()
    refused = await machine.minder("import", path)
    assert refused.code != 0
    assert path in refused.err or "no CSV file" in refused.err


async def test_a_report_is_a_table_and_files(machine: Machine) -> None:
    await machine.is_set_up()
    made = await machine.minder("report", "--from", "2026-07-01", "--to", "2026-09-30", "--csv", "figures/third")
    assert made.code == 0, made.err
    assert "Figures for 2026-07-01 to 2026-09-30" in made.out
    folder = machine.folder / "figures" / "third"
    names = ["alerts", "answers", "appointments", "forms", "outcomes", "reminders", "standards", "trend"]
    assert sorted(path.stem for path in folder.iterdir()) == names
    alerts = (folder / "alerts.csv").read_text().splitlines()
    assert alerts[0] == "from,to,about,title,line,label,count,base,percent"
    assert alerts[1] == "2026-07-01,2026-09-30,,Non-attendance alerts,raised,raised,0,,"
    assert alerts[-1].endswith(",none yet,,")


async def test_the_report_has_the_national_standards_with_their_base_and_hides_small_numbers(machine: Machine) -> None:
    """Eleven orders, whose plans were due on 29 June: six in time, five late, one of them transferred in."""
    await machine.is_set_up()
    people = range(11)
    files = {
        "individuals": ["case_ref,first_name", *(f"C{n},Kit" for n in people)],
        "orders": [
            "order_ref,case_ref,imposed_on,requirements",
            *(f"O{n},C{n},2026-06-01,supervision" for n in people),
        ],
        "milestones": [
            "order_ref,milestone,on",
            *(f"O{n},plan,2026-{'06-26' if n < 6 else '07-02'}" for n in people),
            "O10,transferred_in,2026-06-01",
        ],
    }
    for name, lines in files.items():
        (machine.folder / f"{name}.csv").write_text("\n".join(lines))
    assert (await machine.minder("import", *(f"{name}.csv" for name in files))).code == 0
    made = await machine.minder("report", "--from", "2026-06-01", "--to", "2026-06-30", "--csv", "june")
    assert "Case management plan: within 20 working days" in made.out
    with (machine.folder / "june" / "standards.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["about"] == "plan"]
    assert [(row["line"], row["count"], row["base"], row["percent"]) for row in rows] == [
        ("due", "10", "", ""),
        ("met", "hidden", "10", ""),  # four were late: one may not be told from the other
        ("out_transferred_in", "hidden", "", ""),
    ]


async def test_a_report_the_wrong_way_round(machine: Machine) -> None:
    await machine.is_set_up()
    refused = await machine.minder("report", "--from", "2026-09-30", "--to", "2026-07-01")
    assert (refused.code, "Put the earlier day first" in refused.err) == (2, True)


async def test_a_new_key_takes_over_and_the_old_one_can_go(machine: Machine) -> None:
    await machine.set_up("--manager", "Morag Reid")
    file = machine.folder / ".env"
    old = next(line for line in file.read_text().splitlines() if line.startswith("MINDER_SECRET_KEY")).partition("=")[2]
    machine.environment = {"MINDER_SECRET_KEY": f"a new key that is long enough,{old}"}
    rotated = await machine.minder("rotate-keys")
    assert "2 rows are sealed under the newest key" in rotated.out  # the manager and the digits of the invitation
    assert "1 invitations are still open" in rotated.out
    machine.environment = {"MINDER_SECRET_KEY": "a new key that is long enough"}
    assert (await machine.minder("invite", "manager")).code == 0
    machine.environment = {}
    shut = await machine.minder("invite", "manager")
    assert (shut.code, "The secret key does not open this database" in shut.err) == (1, True)


async def test_help_and_version(machine: Machine) -> None:
    help_ = await machine.minder("--help")
    assert all(f" {one} " in help_.out for one in cli.COMMANDS)
    assert re.fullmatch(r"minder \d+\.\d+\.\d+\n", (await machine.minder("--version")).out)


def test_help_shows_all_that_is_written_of_each_command_and_each_option() -> None:
    """A command says of itself what the list of commands says; what stands in square brackets is markup, and lost."""
    told = CliRunner()
    for name, listed in cli.COMMANDS.items():
        own = cli.loaded(name)
        assert " ".join(str(own.help).split()).startswith(listed.words)
        for words, command in with_parts((name,), own):
            shown = told.invoke(cli.app, [*words, "--help"], env={"COLUMNS": "500"}).output
            assert f" {' '.join(words)} " in shown
            assert [one.help for one in command.params if one.help not in shown] == [], words


def with_parts(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A command by its words, and those that it is made of."""
    yield words, command
    for name, part in getattr(command, "commands", {}).items():
        yield from with_parts((*words, name), part)


OURS = ("bot", "handlers", "reminders", "usecases", "messages", "documents", "db", "domain", "sandbox")


def test_no_module_needs_itself_to_be_loaded_so_that_any_command_may_come_first() -> None:
    """Most processes here are forks of one that has loaded everything; in use, each command loads its own module first
    of all, which a ring of imports would stop for some and not for others."""
    files = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for package in OURS
        for file in (ROOT / package).rglob("*.py")
    }
    needs = {name: set(loaded_by(ast.parse(file.read_bytes()).body, files)) for name, file in files.items()}
    assert "bot.app" in needs["bot.running"]
    TopologicalSorter(needs).prepare()


def loaded_by(body: Iterable[ast.stmt], known: Container[str]) -> Iterator[str]:
    """The modules of ours that these lines load when they are run, and not when something in them is called."""
    for one in body:
        if isinstance(one, ast.Import):
            yield from (name.name for name in one.names if name.name in known)
        elif isinstance(one, ast.ImportFrom):
            names = [f"{one.module}.{name.name}" for name in one.names]
            yield from (found for name in names if (found := name if name in known else str(one.module)) in known)
        elif isinstance(one, ast.If) and "TYPE_CHECKING" in ast.unparse(one.test):
            yield from loaded_by(one.orelse, known)
        elif isinstance(one, ast.If | ast.Try | ast.With):
            yield from loaded_by(one.body, known)


TOO_MUCH = ("telegram", "aiohttp", "alembic", "apscheduler", "holidays", "structlog", "bot.app", "messages.staff")


@pytest.mark.parametrize(
    ("words", "besides"), [(("--help",), ("sqlalchemy", "pydantic", "domain")), (("doctor", "--quiet"), ("rich",))]
)
async def test_what_is_asked_often_loads_little(
    machine: Machine, words: tuple[str, ...], besides: tuple[str, ...]
) -> None:
    """The rest would take ten times as long to load as the answer takes; cron asks every minute."""
    await machine.is_set_up()
    machine.environment = {"PYTHONPROFILEIMPORTTIME": "1"}
    asked = await machine.process_from_nothing(*words)
    loaded = {line.rpartition("|")[2].strip() for line in asked.err.splitlines() if line.startswith("import time:")}
    assert {"bot.cli", "typer"} <= loaded
    assert loaded & {*TOO_MUCH, *besides} == set()


async def test_run_waits_for_a_database_server_but_not_for_one_that_refuses_it(machine: Machine, postgres: str) -> None:
    machine.environment = {
        "MINDER_TOKEN": TOKEN,
        "MINDER_SECRET_KEY": "a key that is long enough",
        "MINDER_DATABASE_URL": postgres.replace("/postgres?", "/no_such_database?"),
    }
    refused = await machine.process("run")
    assert refused.code == 1
    assert "The database could not be used: connection failed" in refused.err
    assert 'database "no_such_database" does not exist' in refused.err
    machine.environment["MINDER_DATABASE_URL"] = "postgresql://minder:pw@127.0.0.1:9/minder"
    process = await machine.starts("run")
    line = await asyncio.wait_for(process.stderr.readline(), SOON)
    said = json.loads(line)
    assert (said["event"], "Check MINDER_DATABASE_URL" in said["hint"]) == ("waiting_for_database", True)
    assert (await stopped(process)).code == 0
