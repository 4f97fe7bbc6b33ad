"""A small HTTP server inside the running bot's own loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request

STOP_SECONDS = 1  # how long an answer that is under way may take when the bot stops


class _Server(uvicorn.Server):
    """Leaves the process's signals to the bot, which stops it with everything else."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def served(app: Starlette, host: str, port: int) -> AsyncIterator[int]:
    """Serves until left; gives the port, which port 0 leaves to the machine. Raises OSError if it is taken."""
    with socket.create_server((host, port)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=STOP_SECONDS)
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)


async def body(request: Request, most: int) -> bytes | None:
    """What was posted; None for more than `most` bytes, which is not read to its end."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > most:
            return None
    return bytes(found)
