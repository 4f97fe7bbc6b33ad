"""`python -m sandbox`: a whole day as a transcript, then a page of phones to play with."""

import argparse
import asyncio
import contextlib
import os
import sys

from rich.console import Console

from bot import logs
from sandbox import demo, transcript

PORT = 8080


def main() -> None:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--script", action="store_true", help="stop after the transcript; exit 0 if all happened")
    parser.add_argument("--port", type=int, default=PORT, help=f"where the page is served (default {PORT})")
    asked = parser.parse_args()
    with open(os.devnull, "w") as nowhere:
        logs.to_stream(nowhere)
        with contextlib.suppress(KeyboardInterrupt):
            sys.exit(asyncio.run(_run(asked.script, asked.port)))


async def _run(script: bool, port: int) -> int:
    console = Console()
    async with demo.opened(0 if script else port) as town:
        happened = await transcript.perform(town, console)
        if script or not happened:
            return 0 if happened else 1
        console.print(f"\nNow you: open [bold]{town.url}[/bold] in a browser. Ctrl-C ends it.")
        await asyncio.Event().wait()
    return 0


if __name__ == "__main__":
    main()
