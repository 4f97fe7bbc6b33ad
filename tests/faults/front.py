"""What stands before several bots where Telegram posts: it passes each update on to one that listens."""

import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence

import aiohttp
from aiohttp import web

PATIENCE = aiohttp.ClientTimeout(total=9)  # a little less than Telegram's


class Front:
    """`ports` are those of the bots that live at present."""

    def __init__(self, ports: Callable[[], Sequence[int]], dice: random.Random) -> None:
        self.ports = ports
        self.dice = dice

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[int]:
        """Listens on a free port of this machine; which."""
        app = web.Application()
        app.router.add_post("/{path:.*}", self._pass_on)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        async with aiohttp.ClientSession(timeout=PATIENCE) as self._session:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            try:
                yield runner.addresses[0][1]
            finally:
                await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        """To any of them; to the next if one does not listen yet. One that dies meanwhile may have kept it."""
        body = await request.read()
        ports = list(self.ports())
        for port in self.dice.sample(ports, len(ports)):
            with contextlib.suppress(aiohttp.ClientConnectorError):
                return await self._post(request, f"http://127.0.0.1:{port}{request.path}", body)
        return web.Response(status=502)

    async def _post(self, request: web.Request, url: str, body: bytes) -> web.Response:
        try:
            async with self._session.post(url, data=body, headers=request.headers) as answer:
                return web.Response(status=answer.status, body=await answer.read())
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ClientError, TimeoutError):
            return web.Response(status=502)
