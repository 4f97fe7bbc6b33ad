"""Import: what a case system exports is read, checked and planned; only then is it written, all of it or nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from domain import imports
from domain.imports import File, Reading
from usecases import watching
from usecases.imports import checks, planning, writing
from usecases.imports.planning import Progress
from usecases.imports.report import Counts, Report
from usecases.service import Service

__all__ = ["Counts", "Report", "run"]

TRIES = 5  # plans that something else may overtake before it is said aloud


class Overtaken(RuntimeError):
    """What stands here kept changing while this import was planned; nothing was written."""


async def run(service: Service, files: Sequence[File], dry_run: bool, progress: Progress) -> Report:
    """Reads all files as one export. With any problem, and in a dry run, nothing at all is written; managers are told
    of an import that was refused."""
    report = await _run(service, files, dry_run, progress)
    if report.problems and not dry_run:
        await watching.import_refused(service, len(report.problems))
    return report


async def _run(service: Service, files: Sequence[File], dry_run: bool, progress: Progress) -> Report:
    progress("read", 0, len(files))
    reading = await asyncio.to_thread(_read, service, files)
    progress("read", len(files), len(files))
    for _ in range(TRIES):
        async with service.db.read() as tx:
            found = await planning.make(service, tx, reading, progress)
            if dry_run or found.problems:
                return found.report()
            progress("write", 0, len(found.changes))
            script = await writing.prepare(service, tx, found)
        if await writing.write(service, found, script):
            progress("write", len(found.changes), len(found.changes))
            service.wake()
            return found.report(written=True)
    raise Overtaken


def _read(service: Service, files: Sequence[File]) -> Reading:
    reading, problems = checks.ringable(imports.read(files, service.calendar.zone))
    return replace(reading, problems=[*reading.problems, *problems])
