"""All that is held on one person as one page that opens anywhere: no script, nothing fetched, no name of a service."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1rem}"
    "th,td{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid #ccc}"
    "th{width:12rem;font-weight:normal;color:#444}.why{color:#444}"
)


@dataclass(frozen=True)
class Part:
    """One kind of thing: what it is, why and how long it is kept, and each of it as plain lines."""

    heading: str
    why: str
    rows: Sequence[Iterable[tuple[str, str]]]


def page(title: str, notes: Sequence[str], parts: Iterable[Part]) -> str:
    """One HTML page."""
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    intro = "".join(f"<p>{escape(one)}</p>" for one in notes)
    return f"{head}<h1>{escape(title)}</h1>{intro}{''.join(map(_part, parts))}</html>\n"


def _part(part: Part) -> str:
    rows = "".join(_row(row) for row in part.rows)
    return f'<h2>{escape(part.heading)}</h2><p class="why">{escape(part.why)}</p>{rows}'


def _row(row: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in row)
    return f"<table>{lines}</table>"
