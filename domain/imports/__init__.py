"""Reading a case system's CSV exports: bytes in, typed records and every problem at once out. No guess is made."""

from domain.imports.problems import Problem
from domain.imports.reading import File, Reading, Record, Reference, read

__all__ = ["File", "Problem", "Reading", "Record", "Reference", "read"]
