"""How often Python's collector looks for what refers to itself."""

import atexit
import gc

SELDOM = (50_000, 20, 50)  # objects, and rounds, between two looks


def collect_seldom() -> None:
    """To look every 700 objects, as Python does, takes a quarter of what a message costs and a tenth of what it costs
    to start, and finds next to nothing. At its end Python would look through all that was ever loaded, which takes a
    fifth of most commands, though all of it goes with the process."""
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)
