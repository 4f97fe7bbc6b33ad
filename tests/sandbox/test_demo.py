"""The ten steps happen, over real HTTP; and the day leaves no personal word in the raw files or in the log."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot import logs
from sandbox import demo, transcript

NAMES = ("Eilidh", "Marek", "Nadia", "Isobel", "McRae", "Kirsty", "Rab Boyd", "Dee Gunn", "Morag")
NUMBERS = ("7700900101", "07700 900101", "+447700900101")
WORDS = ("my own gloves", "A bus pass", "bad back", "no lifting")


def raw(folder: Path) -> str:
    """The database files as they lie on the disk, write-ahead log included."""
    files = sorted(folder.glob("demo.db*"))
    assert files
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)


async def test_every_step_happens_and_no_personal_word_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also where a council's own settings stand in the environment: nothing of the demo comes near its database."""
    monkeypatch.setenv("MINDER_DATABASE_URL", f"sqlite:///{tmp_path}/council.db")
    monkeypatch.setenv("MINDER_TOKEN", "1:of-the-council-itself")
    monkeypatch.setenv("MINDER_QUIET_FROM", "17:00")
    log, screen = io.StringIO(), io.StringIO()
    logs.to_stream(log)
    async with demo.opened() as town:
        assert await transcript.perform(town, Console(file=screen, width=120)), screen.getvalue()[-2000:]
        lying_there, chats = raw(town.folder), [str(phone.id) for phone in town.phones.values()]
    assert list(tmp_path.iterdir()) == []
    assert "minder" in lying_there or "alembic_version" in lying_there  # it is the database that was read
    said = log.getvalue()
    assert "dispatched" in said
    for text in (lying_there, said):
        assert [word for word in (*NAMES, *NUMBERS, *WORDS, *chats) if word in text] == []
    assert all(f"{n}. {title}" in screen.getvalue() for n, (title, _) in enumerate(transcript.STEPS, 1))


async def test_a_step_that_does_not_happen_is_named_and_the_end_is_not_a_success(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nothing_comes(play: transcript.Play) -> None:
        play.sees("sam", "Tomorrow")

    monkeypatch.setattr(transcript, "STEPS", (("Remind", nothing_comes),))
    screen = io.StringIO()
    async with demo.opened() as town:
        assert not await transcript.perform(town, Console(file=screen))
    assert "Step 1 (Remind) did not happen: Sam should see" in screen.getvalue()
