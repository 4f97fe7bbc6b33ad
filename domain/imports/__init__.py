"""Reading a case system's CSV exports: bytes in, typed records and every problem at once out. No guess is made."""

from domain.imports.merging import Change, Clash, Merge, merge
from domain.imports.problems import Problem
from domain.imports.reading import File, Reading, Record, Reference, empty, read, reread

__all__ = [
    "Change",
    "Clash",
    "File",
    "Merge",
    "Problem",
    "Reading",
    "Record",
    "Reference",
    "empty",
    "merge",
    "read",
    "reread",
]
