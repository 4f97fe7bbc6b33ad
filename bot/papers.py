"""`minder evidence` and `minder letter-template`: papers about one order, at the command line."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import persons, settings
from bot.clock import SystemClock
from bot.opening import ENV_FILE, do
from domain.facts import AboutPapers
from messages import papers as messages
from messages import words
from messages.compose import Tongue
from usecases import papers

DAYS = ["%Y-%m-%d", "%d/%m/%Y"]


def evidence(
    order_ref: Annotated[str, typer.Argument(help="The reference of the order.")],
    first: Annotated[datetime | None, typer.Option("--from", formats=DAYS, help="The first day.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=DAYS, help="The last day.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Where to write it (default: record-DATE.pdf).")] = None,
) -> None:
    """Writes the evidence record of one order: what was told, answered, written down and decided."""
    found = settings.load(ENV_FILE)
    about = do(found, lambda service: papers.export(service, order_ref))
    now = SystemClock().now()
    days = {name: f"{day:%Y-%m-%d}" for name, day in (("first", first), ("last", last)) if day is not None}
    voice = Tongue(found.calendar(), found.policy()).voice(words.SOURCE, now, _whole(about, days, now))
    to = file or Path(f"record-{now:%Y-%m-%d-%H%M}.pdf")
    persons.keep_private(to, messages.record(about, voice))
    typer.echo(f"{to}\nRead it before you hand it on: only what this service knows is in it.")


def _whole(about: AboutPapers, days: dict[str, str], now: datetime) -> dict[str, str | int]:
    """Both days; the whole order where one is not named."""
    return {"first": about.order.imposed_on.isoformat(), "last": f"{now:%Y-%m-%d}", **days}


def letter_template(
    file: Annotated[Path, typer.Argument(help="Where to write it, such as letter.docx.")] = Path("letter.docx"),
) -> None:
    """Writes the letter that `/letter` begins from, for you to edit. Name your own in MINDER_LETTER_FILE."""
    with file.open("xb") as out:
        out.write(messages.template(words.SOURCE))
    fields = ", ".join(f"«{name}»" for name in messages.FIELDS)
    typer.echo(f"{file}\nThese fields are filled: {fields}")
