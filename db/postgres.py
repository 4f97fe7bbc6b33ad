"""PostgreSQL without a cursor: prepared statements, several of which go to the server and come back in one exchange.

The server answers a statement of ours in less time than the way there and back takes us: the wait for the socket, and
what the driver's cursors do around it. So statements that are known by then are sent together, and BEGIN travels with
the first of them (docs/adr/0013 has the figures). This is libpq's pipeline, by the driver's own wrapper of libpq.
"""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from itertools import count
from select import POLLIN, poll
from typing import Any, NamedTuple

import psycopg
from psycopg import IsolationLevel, errors, generators
from psycopg.abc import Transformer as AnyTransformer
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Asked(NamedTuple):
    """A statement with $1, $2, … in it, and the values that stand there."""

    sql: bytes
    values: Sequence[Any]


class Found(NamedTuple):
    """Rows, what the server calls the type of each of their columns, and how many rows were found or changed."""

    rows: Sequence[Sequence[Any]]
    type_of: Callable[[int], object]
    number: int


class Connection(psycopg.AsyncConnection[Any]):
    """Keeps what it was asked as prepared statements of the server."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._names: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._voices: dict[bytes, AnyTransformer] = {}
        self._numbers = count()
        self._heard: set[bytes] = set()
        self._put_off: list[Asked] = []

    @property
    def lost(self) -> bool:
        """A server that has gone says so on the socket, where nothing else is to be read between two transactions. To
        look there costs nothing; to ask the server is one more way there and back for every transaction."""
        try:
            ended = poll()
            ended.register(self.fileno(), POLLIN)
            return bool(ended.poll(0))
        except psycopg.OperationalError:
            return True

    async def begin(self, writing: bool) -> None:
        """BEGIN itself goes with the first statement. A reader sees one moment; PostgreSQL would otherwise look anew at
        each statement."""
        wanted = None if writing else IsolationLevel.REPEATABLE_READ
        if self.isolation_level != wanted:
            await self.set_isolation_level(wanted)

    async def end(self, well: bool) -> None:
        """Nothing, if nothing was begun."""
        await (self.commit() if well else self.rollback())

    async def rollback(self) -> None:
        """The driver has the server forget every prepared statement after one."""
        self._put_off.clear()
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            self._names.clear()
        await super().rollback()

    def put_off(self, asked: Asked) -> None:
        """Has it carried out ahead of whatever is asked or ended next, in the same exchange where that can be."""
        self._put_off.append(asked)

    async def ask(self, asked: Sequence[Asked]) -> list[Found]:
        """What each of these comes to, in one exchange. The first that fails raises, and none after it has happened."""
        async with self.lock:
            earlier, self._put_off = self._put_off, []
            results = await self.wait(self._exchanged([*earlier, *asked]))
        return [self._found(one, result) for one, result in zip(asked, results[len(earlier) :], strict=True)]

    async def wait(self, gen: Any, *given: Any, **more: Any) -> Any:
        """All that the driver does with the server goes this way, and what was put off goes before it."""
        if self._put_off:
            earlier, self._put_off = self._put_off, []
            await super().wait(self._exchanged(earlier))
        return await super().wait(gen, *given, **more)

    def _exchanged(self, asked: Sequence[Asked]) -> Generator[Any, Any, list[PGresult]]:
        server, new = self.pgconn, dict[tuple[bytes, tuple[int, ...]], bytes]()
        commands, places = [], []
        if not self.autocommit and server.transaction_status == TransactionStatus.IDLE:
            commands.append(partial(server.send_query_params, _begin(self.isolation_level), None))
        for one in asked:
            voice = self._voices.get(one.sql) or self._voices.setdefault(one.sql, Transformer(self))
            values = voice.dump_sequence(one.values, [PyFormat.AUTO] * len(one.values))
            key = (one.sql, voice.types or ())
            if (name := self._names.get(key) or new.get(key)) is None:
                name = new[key] = b"minder_%d" % next(self._numbers)
                commands.append(partial(server.send_prepare, name, one.sql, param_types=voice.types))
            places.append(len(commands))
            commands.append(partial(server.send_query_prepared, name, values, param_formats=voice.formats))
        results = yield from self._sent(commands)
        for result in results:
            if result.status not in _GOOD:
                raise errors.error_from_result(result)
        self._names |= new
        return [results[place] for place in places]

    def _found(self, asked: Asked, result: PGresult) -> Found:
        if not result.ntuples:
            return Found((), result.ftype, result.command_tuples or 0)
        voice = self._voices[asked.sql]
        voice.set_pgresult(result, set_loaders=asked.sql not in self._heard)  # its columns are always the same
        self._heard.add(asked.sql)
        rows = voice.load_rows(0, result.ntuples, tuple)
        voice.set_pgresult(None, set_loaders=False)
        return Found(rows, result.ftype, result.ntuples)

    def _sent(self, commands: Sequence[partial[None]]) -> Generator[Any, Any, list[PGresult]]:
        """Hears all of it out, whatever fails: so the connection can be used again. One that was left half way cannot:
        it counts as lost."""
        server = self.pgconn
        try:
            server.enter_pipeline_mode()
            for send in commands:
                send()
            server.pipeline_sync()
            yield from generators.send(server)
            results = []
            for _ in commands:
                results += yield from generators.fetch_many(server)
            yield from generators.fetch_many(server)  # of the sync
            server.exit_pipeline_mode()
        except BaseException:
            server.finish()
            raise
        return results


def _begin(isolation: IsolationLevel | None) -> bytes:
    return b"BEGIN" if isolation is None else b"BEGIN ISOLATION LEVEL " + isolation.name.replace("_", " ").encode()
