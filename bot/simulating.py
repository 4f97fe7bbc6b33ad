"""`minder simulate`: there only where the sandbox is, which production has no need of and never imports."""

import importlib
import importlib.util

import typer


def offer(app: typer.Typer) -> None:
    """Adds the command if its package can be found; it is imported once the command is given."""
    if importlib.util.find_spec("sandbox") is None:
        return

    @app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
    def simulate(given: typer.Context) -> None:
        """Plays a made-up council's year on the real bot and watches every event (for development)."""
        play = importlib.import_module("sandbox.simulate").simulate
        command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        command.command(name="simulate")(play)
        command(given.args, prog_name="minder simulate")
