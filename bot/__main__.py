"""`python -m bot`, which is installed as `minder`."""

import io
import sys
from collections.abc import Sequence

from bot.cli import app
from bot.collecting import collect_seldom


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command: these words, or those typed.

    What can be expected to go wrong ends in a sentence and exit code 1, not in a traceback.
    """
    collect_seldom()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without block characters shows no QR code, but the link
    try:
        app(arguments, prog_name="minder")
    except Exception as error:
        from bot import troubles  # which knows whatever can go wrong, and draws in nearly everything

        sentence = troubles.sentence(error)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
