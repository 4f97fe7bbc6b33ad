"""`make council`: three years of a made-up council as a database, and its packs by the command of a real one."""

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
from pathlib import Path

from db import migrate
from db.engine import Database
from db.types import Keyring
from sandbox import council

PACKS = (["--year", "2025"], ["--quarter", "2025Q4"], ["--quarter", "2023Q4"])  # the last is of the year of few answers


def main() -> None:
    parser = argparse.ArgumentParser(prog="make council", description=__doc__)
    parser.add_argument("folder", type=Path, help="a new folder, for the database and the packs")
    parser.add_argument("--seed", type=int, default=1, help="the same number makes the same council again")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        sys.exit(f"{asked.folder} is there already; expected the name of a new folder.")
    key, url = secrets.token_urlsafe(32), f"sqlite:///{folder / 'minder.db'}"
    migrate.upgrade(url)
    came = asyncio.run(_fill(url, key, asked.seed))
    sys.stdout.write(f"{came.ended.total()} orders ended, {came.finished.total()} answered the questions at the end.\n")
    sys.stdout.flush()
    env = {**os.environ, "MINDER_TOKEN": "1:a-made-up-token", "MINDER_SECRET_KEY": key, "MINDER_DATABASE_URL": url}
    for which in PACKS:
        out = folder / which[-1]
        done = subprocess.run([sys.executable, "-m", "bot", "report", "pack", *which, "--out", str(out)], env=env)
        if done.returncode:
            sys.exit(done.returncode)


async def _fill(url: str, key: str, seed: int) -> council.Came:
    db = Database(url, Keyring([key]))
    try:
        return await council.found(db, seed)
    finally:
        await db.close()


if __name__ == "__main__":
    main()
