"""What cannot be read safely: found in a cell (Wrong), and told with its place (Problem)."""

from dataclasses import dataclass


class Wrong(ValueError):
    """What cannot be read safely, and what would be."""

    def __init__(self, what: str, expected: str) -> None:
        super().__init__(what, expected)
        self.what = what
        self.expected = expected


@dataclass(frozen=True)
class Problem:
    """Why nothing can be imported, or why something is imported and not shown. `found` is always what the file itself
    holds; no `column`: the row as a whole."""

    file: str
    line: int
    column: str
    wrong: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line} {self.column}".rstrip()
        found = f'"{_shown(self.found)}"' if self.found else "nothing"
        return f"{place}: {self.wrong}, found {found}, expected {self.expected}"


def _shown(text: str) -> str:
    """On one line, within reason, and with nothing in it that a terminal would obey."""
    short = text if len(text) <= 120 else text[:119] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in short)
