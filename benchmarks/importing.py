"""A whole export, read by the real command."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from benchmarks import caseload
from benchmarks.standin import TOKEN
from db.tables import outbox

DATES_EACH = 20


def seconds(url: str, folder: Path, dates: int) -> tuple[int, float]:
    """How many messages `minder import` planned for so many appointments, and in how many seconds."""
    folder.mkdir(exist_ok=True)
    for kind, text in caseload.files(dates // DATES_EACH, DATES_EACH).items():
        (folder / f"{kind}.csv").write_text(text)
    given = {"MINDER_TOKEN": TOKEN, "MINDER_SECRET_KEY": caseload.SECRET, "MINDER_DATABASE_URL": url}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", "import", str(folder)],
        env=os.environ | given | {"PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=folder,
        check=True,
        capture_output=True,
    )
    took = time.perf_counter() - began
    return planned(url), took


def planned(url: str) -> int:
    """How many messages are planned."""
    return asyncio.run(_planned(url))


async def _planned(url: str) -> int:
    app = caseload.built(url, "http://127.0.0.1:1", caseload.BOOKED)
    async with app.service.db.read() as tx:
        found = (await tx.execute(select(func.count()).select_from(outbox))).scalar_one()
    await app.service.db.close()
    return int(found)
