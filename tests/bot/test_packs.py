"""`minder report pack`: files that only their owner can read, a version kept beside the others."""

from hashlib import sha256
from pathlib import Path

from tests.bot.conftest import Machine

ALL = {
    "figures-2025Q3-v1.zip",
    *("staff/figures-2025Q3-v1.pdf", "staff/figures-2025Q3-v1.xlsx", "staff/alt.txt"),
    *("public/figures-2025Q3-v1-public.pdf", "public/figures-2025Q3-v1-public.xlsx", "public/alt.txt"),
}


def files(folder: Path) -> dict[str, int]:
    """By path, who may read it."""
    return {str(one.relative_to(folder)): one.stat().st_mode & 0o777 for one in folder.rglob("*") if one.is_file()}


async def test_a_pack_is_written_for_its_owner_alone_and_kept_as_a_version(machine: Machine) -> None:
    await machine.is_set_up()
    made = await machine.minder("report", "pack", "--quarter", "2025Q3", "--out", "first")
    assert made.code == 0, made.err
    assert files(machine.folder / "first") == dict.fromkeys(ALL, 0o600)
    digest = sha256((machine.folder / "first" / "figures-2025Q3-v1.zip").read_bytes()).hexdigest()
    assert made.out.splitlines()[-1] == f"Version 1, not signed. SHA-256 {digest}"

    again = await machine.minder(
        "report", "pack", "--quarter", "2025Q3", "--version", "1", "--public", "--out", "again"
    )
    assert (again.code, again.out.splitlines()[-1]) == (0, made.out.splitlines()[-1])
    assert files(machine.folder / "again") == {one: 0o600 for one in ALL if one.startswith("public/")}
    assert not (await machine.minder("report", "--from", "2025-07-01")).code, "its old use still works"


async def test_what_cannot_be_drawn_up_is_said_plainly(machine: Machine) -> None:
    await machine.is_set_up()
    for options, words in (
        ((), "name --quarter 2026Q3, or --year 2026"),
        (("--quarter", "summer"), "expected a quarter such as 2026Q3"),
        (("--quarter", "2025Q3", "--version", "7"), "there is no version 7 of 2025Q3"),
    ):
        made = await machine.minder("report", "pack", *options)
        assert made.code == 2
        assert words in " ".join(made.err.replace("│", " ").split()), made.err
