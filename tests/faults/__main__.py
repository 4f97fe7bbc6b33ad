"""`python -m tests.faults`: the long run (`make soak`)."""

import argparse
import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path

from tests.bot.nursery import Nursery
from tests.faults import databases, siege
from tests.faults.oracle import Verdict
from tests.faults.siege import Plan

PLANS = (
    *(("sqlite", 1, False), ("sqlite", 1, True)),
    *(("postgresql", 1, False), ("postgresql", 2, False), ("postgresql", 2, True)),
)
A_MINUTE = 60.0


def main() -> int:
    """Shares the kills between the databases; exits 1 if anything was lost, doubled or said again without cause, or too
    little happened to say so."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=main.__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, choices=range(1, len(PLANS) + 1), help="one of the sieges")
    given = parser.parse_args()
    plans = PLANS if given.only is None else [PLANS[given.only - 1]]
    good = True
    with (
        tempfile.TemporaryDirectory(prefix="minder-nursery-") as folder,
        contextlib.closing(Nursery(Path(folder))) as nursery,
    ):
        for kind, processes, webhook in plans:
            kills = max(given.kills // len(plans), 1)
            plan = Plan(kills, given.seed, processes, webhook, long_outage=A_MINUTE, tell=_tell)
            how = "a webhook" if webhook else "polling"
            _tell(f"{kind}, {how}, {processes} at once, {plan.kills} kills, seed {plan.seed}")
            verdict = asyncio.run(_besieged(kind, plan, nursery))
            _tell(str(verdict))
            for line in (too_little := plan.too_little(verdict.figures)):
                _tell(f"too little: {line}")
            good = good and verdict.holds and not too_little
    return 0 if good else 1


async def _besieged(kind: str, plan: Plan, nursery: Nursery) -> Verdict:
    async with databases.made(kind) as store:
        return await siege.besiege(plan, store, nursery)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
