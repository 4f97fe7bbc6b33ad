"""`minder report pack`: the pack of a quarter or a year, drawn up, kept as a version, and written as files."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot import persons, printing, settings
from bot.opening import ENV_FILE, do
from bot.settings import Settings
from documents import bundle
from domain.packs import Version
from domain.period import Period
from messages import books
from messages.compose import Tongue
from messages.words import SOURCE
from usecases import drawing_up, packs
from usecases.service import Service

ONLY_MINE = 0o700
FILES = "files"  # what is being done, for whoever waits


def _period(quarter: str | None, year: int | None) -> Period:
    """The one that was named; ends with what is expected otherwise."""
    if (quarter is None) is (year is None):
        raise typer.BadParameter("name --quarter 2026Q3, or --year 2026 for April 2026 to March 2027")
    if year is not None:
        return Period.year(date(year, 4, 1))
    try:
        return Period.named(quarter or "")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def pack(
    quarter: Annotated[str | None, typer.Option(metavar="2026Q3", help="Of which quarter.")] = None,
    year: Annotated[int | None, typer.Option(min=2000, max=2100, help="Of which year: 2026 begins in April.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Write only what anybody may read.")] = False,
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder to write into.")] = Path("."),
    why: Annotated[str, typer.Option(help="What it puts right, once a version is signed.")] = "",
    version: Annotated[int | None, typer.Option(help="Write a version that is kept, and draw up nothing.")] = None,
    sample: Annotated[int | None, typer.Option(min=0, max=200, help="Orders whose files are to be looked at.")] = None,
) -> None:
    """Draws up the pack of a quarter or a year as a new version: sheets, a PDF with charts, both for the public too.

    It is signed in the chat, under /report; what is signed never changes.
    """
    found, period = settings.load(ENV_FILE), _period(quarter, year)
    if version is not None:
        made, content = do(found, lambda service: _kept(service, period, version))
    else:
        with printing.progress() as show:
            made, content = do(found, lambda service: _drawn(service, found, period, why, sample, show))
    for file in _write(content, bundle.Part.PUBLIC if public else bundle.Part.ALL, out):
        typer.echo(str(file))
    typer.echo(f"Version {made.number}, {'signed' if made.signed else 'not signed'}. SHA-256 {made.digest}")


async def _drawn(
    service: Service, found: Settings, period: Period, why: str, sample: int | None, show: drawing_up.Show
) -> tuple[Version, bytes]:
    if await packs.takes_a_reason(service, period) and not why.strip():
        raise typer.BadParameter("a version is signed: say with --why what this one puts right")
    version = await packs.begin(service, period, why)
    drawn = await drawing_up.draw(service, version, sample, show)
    voice = Tongue(service.calendar, service.policy).voice(SOURCE, service.clock.now())
    show(FILES, 0, 1)
    content = books.content(drawn.packs, version, voice.say("pack.by_command_line"), voice)
    show(FILES, 1, 1)
    return await packs.fill(service, version, content), content


async def _kept(service: Service, period: Period, number: int) -> tuple[Version, bytes]:
    found = await packs.kept(service, period, number)
    if found is None:
        raise typer.BadParameter(f"there is no version {number} of {period.name}")
    about, whole = found
    if not whole:
        typer.echo("Its files are not those whose digest was kept: do not use them.", err=True)
        raise typer.Exit(1)
    return about.version, about.content


def _write(content: bytes, which: bundle.Part, out: Path) -> list[Path]:
    """Every file so that only its owner can read it; raises FileExistsError rather than overwrite."""
    files = bundle.unpacked(content, which)
    if which is bundle.Part.ALL:
        files |= dict([bundle.part(content, which)])
    written = []
    for name, part in files.items():
        to = out / name
        to.parent.mkdir(parents=True, exist_ok=True, mode=ONLY_MINE)
        persons.keep_private(to, part)
        written.append(to)
    return written
