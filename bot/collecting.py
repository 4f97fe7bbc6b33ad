"""How often Python's collector looks for what refers to itself."""

import gc

SELDOM = (50_000, 20, 50)  # objects, and rounds, between two looks


def collect_seldom() -> None:
    """To look every 700 objects, as Python does, takes a quarter of what a message costs and a tenth of what it costs
    to start, and finds next to nothing."""
    gc.set_threshold(*SELDOM)
