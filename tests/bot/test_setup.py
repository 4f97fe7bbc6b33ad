"""`minder setup`: asks, or is told; checks before it writes; and loses nothing that was there."""

import shutil
import stat

from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot import envfile
from tests.bot.conftest import TOKEN, Machine


def env(machine: Machine) -> dict[str, str | None]:
    return dotenv_values(machine.folder / ".env", interpolate=False)


async def test_it_asks_and_enter_takes_what_is_offered(machine: Machine) -> None:
    asked = await machine.minder("setup", typed=f"{TOKEN}\nInver Dates\n\n\n01475 715 000\nMorag Reid\n")
    assert asked.code == 0, asked.err
    assert "For Morag Reid, the first manager" in asked.out
    assert env(machine) | {
        "MINDER_TOKEN": TOKEN,
        "MINDER_SERVICE_NAME": "Inver Dates",
        "MINDER_TIMEZONE": "Europe/London",
        "MINDER_DATABASE_URL": "sqlite:///minder.db",
        "MINDER_PHONE": "01475 715 000",
    } == env(machine)


async def test_the_file_is_its_owners_alone_and_the_key_is_long(machine: Machine) -> None:
    await machine.set_up()
    mode = (machine.folder / ".env").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert len(env(machine)["MINDER_SECRET_KEY"] or "") >= 40


async def test_again_it_keeps_the_key_every_other_line_and_what_is_not_given(machine: Machine) -> None:
    await machine.set_up("--phone", "01475 715 000")
    file = machine.folder / ".env"
    before = file.read_text()
    file.write_text(f"# ours\nexport MINDER_TIMEZONE=Europe/Dublin\nOTHER=1\n{before}")
    again = await machine.set_up("--service-name", "New name")
    assert again.code == 0, again.err
    lines = file.read_text().splitlines()
    assert lines[:3] == ["# ours", "MINDER_TIMEZONE=Europe/London", "OTHER=1"]
    assert len([line for line in lines if "MINDER_TIMEZONE" in line]) == 1
    assert env(machine)["MINDER_SERVICE_NAME"] == "New name"
    kept = [line for line in before.splitlines() if line.startswith(("MINDER_SECRET_KEY", "MINDER_PHONE"))]
    assert [line for line in lines if line in kept] == [line for line in before.splitlines() if line in kept]


async def test_a_second_run_invites_the_same_manager_until_one_is_linked(machine: Machine) -> None:
    first = await machine.set_up("--manager", "Morag Reid", "--manager-ref", "MGR1")
    second = await machine.set_up("--manager-ref", "MGR2")
    assert "start=" in first.out
    assert "start=" in second.out
    assert (await machine.minder("invite", "MGR1")).code == 0
    assert (await machine.minder("invite", "MGR2")).code == 1


async def test_somebody_elses_reference_does_not_become_a_managers(machine: Machine) -> None:
    machine.environment = {"MINDER_TOKEN": TOKEN, "MINDER_SECRET_KEY": "a key that is long enough"}
    shutil.copy(machine.migrated, machine.folder / "minder.db")
    (machine.folder / "staff.csv").write_text("staff_ref,name,roles\nCM1,Kirsty Muir,case_manager\n")
    assert (await machine.minder("import", "staff.csv")).code == 0
    refused = await machine.minder("setup", "--yes", "--manager-ref", "CM1")
    assert (refused.code, "belongs to somebody who is no manager" in refused.err) == (1, True)


async def test_without_questions_a_token_is_needed(machine: Machine) -> None:
    refused = await machine.minder("setup", "--yes")
    assert (refused.code, "--yes asks nothing, and no token is known: add --token" in refused.err) == (1, True)
    assert list(machine.folder.iterdir()) == []


async def test_what_is_wrong_is_told_together_and_nothing_is_written(machine: Machine) -> None:
    wrong = ("--timezone", "Europe/Glasgow", "--database", "mysql://host/x")
    refused = await machine.minder("setup", "--yes", "--token", TOKEN, *wrong)
    assert refused.code == 1
    assert "MINDER_TIMEZONE: found 'Europe/Glasgow'; expected a zone such as Europe/London" in refused.err
    assert "MINDER_DATABASE_URL: expected sqlite:///FILE or postgresql://" in refused.err
    assert list(machine.folder.iterdir()) == []


async def test_a_token_that_telegram_refuses_is_not_written(machine: Machine) -> None:
    refused = await machine.minder("setup", "--yes", "--token", "123456789:not-a-token")
    assert (refused.code, "Copy it again from @BotFather" in refused.err) == (1, True)
    assert list(machine.folder.iterdir()) == []


async def test_telegram_that_does_not_answer_is_told_apart(machine: Machine) -> None:
    machine.environment = {"MINDER_TELEGRAM_URL": "http://127.0.0.1:9"}
    refused = await machine.set_up()
    assert (refused.code, "could not be reached at http://127.0.0.1:9" in refused.err) == (1, True)


async def test_it_says_when_the_environment_will_win(machine: Machine) -> None:
    machine.environment = {"MINDER_PHONE": "01475 111 111"}
    told = await machine.set_up("--phone", "01475 222 222")
    assert "MINDER_PHONE is set in the environment too, and differently" in told.out


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).filter(lambda text: "${" not in text))
def test_whatever_is_written_is_read_the_same(value: str) -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        file = Path(folder) / ".env"
        envfile.write(file, {"BEFORE": "1", "MINDER_PHONE": value})
        assert dotenv_values(file) == {"BEFORE": "1", "MINDER_PHONE": value}


async def test_the_bot_gets_neutral_words_and_what_gives_it_away_is_named(machine: Machine) -> None:
    bot = machine.telegram.bots[TOKEN]
    bot.name = "Inver Justice Dates"
    bot.texts["description", ""] = "Reminders for people on community payback"
    told = await machine.set_up("--service-name", "Court Dates")
    assert told.code == 0, told.err
    assert bot.texts["description", ""].startswith("I tell you about your dates.")
    assert bot.texts["short_description", ""] == "I tell you about your dates."
    assert "Warning: the bot's name: “Inver Justice Dates” has “justice”." in told.out
    assert "Warning: the service's name: “Court Dates” has “court”." in told.out
    assert "the bot's description" not in told.out
    assert "The bot's picture" in told.out


async def test_the_digits_stand_apart_from_the_link(machine: Machine) -> None:
    told = await machine.set_up()
    link = next(line for line in told.out.splitlines() if "start=" in line)
    digits = next(line for line in told.out.splitlines() if "4 digits: " in line)
    assert link != digits
    assert "never write them beside the link" in digits
