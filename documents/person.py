"""All that is held on one person as one page that opens anywhere: no script, nothing fetched, no name of a service."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from domain.evidence import SHOWN, SUFFIX
from domain.persons import Attached

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1rem}"
    "th,td{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid #ccc}"
    "img{display:block;max-width:100%}"
    "th{width:12rem;font-weight:normal;color:#444}.why{color:#444}"
)


@dataclass(frozen=True)
class Part:
    """One kind of thing: what it is, why and how long it is kept, and each of it as plain lines."""

    heading: str
    why: str
    rows: Sequence[Iterable[tuple[str, str | Attached]]]


def page(title: str, notes: Sequence[str], parts: Iterable[Part]) -> str:
    """One HTML page."""
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    intro = "".join(f"<p>{escape(one)}</p>" for one in notes)
    return f"{head}<h1>{escape(title)}</h1>{intro}{''.join(map(_part, parts))}</html>\n"


def _part(part: Part) -> str:
    rows = "".join(_row(row) for row in part.rows)
    return f'<h2>{escape(part.heading)}</h2><p class="why">{escape(part.why)}</p>{rows}'


def _row(row: Iterable[tuple[str, str | Attached]]) -> str:
    lines = "".join(f"<tr><th>{escape(name)}</th><td>{_cell(found)}</td></tr>" for name, found in row)
    return f"<table>{lines}</table>"


def _cell(found: str | Attached) -> str:
    """Words, or a file that the page carries within itself: shown if it is a picture, and there to be saved."""
    if isinstance(found, str):
        return escape(found)
    address = f"data:{escape(found.mime)};base64,{b64encode(found.content).decode()}"
    picture = f'<img src="{address}" alt="">' if found.mime in SHOWN else ""
    name = f"file.{SUFFIX.get(found.mime, 'bin')}"
    return f'{picture}<a download="{name}" href="{address}">{name}</a>'
