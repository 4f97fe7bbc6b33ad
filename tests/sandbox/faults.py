"""What is planted in one council of several. It is imported in the process that plays, and draws in little else."""

import os
import signal
from dataclasses import replace
from typing import Any

from sandbox.simulation.year import Simulation


def stumbles(simulation: Simulation) -> None:
    """Every job of the first council fails, from its first one on."""

    async def fail(_: Any) -> dict[str, int]:
        raise RuntimeError

    if simulation.plan.seed % 1000 == 1:
        jobs = simulation.town.app.jobs
        jobs[:] = [replace(job, run=fail) for job in jobs]


def is_killed(_: Simulation) -> None:
    """As a system does that has no memory left."""
    os.kill(os.getpid(), signal.SIGKILL)
