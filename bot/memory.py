"""How much memory a process has needed."""

import resource
import sys
from pathlib import Path

MEGABYTE = 1024 * 1024


def most_bytes() -> int:
    """The most that this process has held. On Linux `ru_maxrss` begins with that of the one that started it."""
    if sys.platform == "linux":
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
