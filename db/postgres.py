"""PostgreSQL without a cursor: prepared statements, several of which go to the server and come back in one exchange.

The server answers a statement of ours in less time than the way there and back takes us: the wait for the socket, and
what the driver's cursors do around it. So statements that are known by then are sent together, BEGIN travels with the
first of them, and COMMIT with what was put off (docs/adr/0013 has the figures). This is libpq's pipeline, by the
driver's own wrapper of libpq.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from select import POLLIN, poll
from typing import Any, NamedTuple

import psycopg
from psycopg import IsolationLevel, errors, generators
from psycopg.abc import Transformer as AnyTransformer
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

CANCEL_SECONDS = 5.0  # for the server to give up what nobody waits for any more; as long as the driver gives it
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


Hear = Callable[[Found], None]
_Key = tuple[bytes, tuple[int, ...]]  # a statement and the types of its values
_Bound = tuple[bytes, bytes | None, Any, Any]  # a name; what it stands for and the types of values, or values
_COMMIT = Asked(b"COMMIT", ())
_ROLLBACK = Asked(b"ROLLBACK", ())


class Connection(psycopg.AsyncConnection[Any]):
    """Keeps what it was asked as prepared statements of the server."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._names: dict[_Key, bytes] = {}
        self._voices: dict[bytes, AnyTransformer] = {}
        self._numbers = count()
        self._known: set[bytes] = set()
        self._put_off: list[tuple[Asked, Hear]] = []
        self._ear: _Ear | None = None

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
        if not well:
            await self.rollback()
        elif self._put_off or self.pgconn.transaction_status != TransactionStatus.IDLE:
            await self.ask([_COMMIT])
        self._hear_no_more()

    async def rollback(self) -> None:
        """In our own words: after the driver's, the server has to prepare every statement anew."""
        self._put_off.clear()
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            await self.ask([_ROLLBACK])

    async def close(self) -> None:
        self._hear_no_more()
        await super().close()

    def put_off(self, asked: Asked, hear: Hear) -> None:
        """Has it carried out ahead of whatever is asked or ended next, in the same exchange where that can be."""
        self._put_off.append((asked, hear))

    async def ask(self, asked: Sequence[Asked]) -> list[Found]:
        """What each of these comes to, in one exchange. The first that fails raises, and none after it has happened."""
        async with self.lock:
            return await self._asked(asked)

    async def wait(self, gen: Any, *given: Any, **more: Any) -> Any:
        """All that the driver itself does with the server goes this way, and what was put off goes before it."""
        if self._put_off:
            await self._asked(())
        self._hear_no_more()  # the driver listens at the socket in its own way
        return await super().wait(gen, *given, **more)

    async def _asked(self, asked: Sequence[Asked]) -> list[Found]:
        earlier, self._put_off = self._put_off, []
        every = [*(one for one, _ in earlier), *asked]
        results = await self._exchanged(every)
        found = [self._found(one, result) for one, result in zip(every, results, strict=True)]
        for (_, hear), its in zip(earlier, found, strict=False):
            hear(its)
        return found[len(earlier) :]

    async def _exchanged(self, asked: Sequence[Asked]) -> list[PGresult]:
        """The result of each."""
        begins = not self.autocommit and self.pgconn.transaction_status == TransactionStatus.IDLE
        new, bound = dict[_Key, bytes](), list[_Bound]()
        for one in [_begin(self.isolation_level), *asked] if begins else asked:
            voice = self._voices.get(one.sql) or self._voices.setdefault(one.sql, Transformer(self))
            values = voice.dump_sequence(one.values, [PyFormat.AUTO] * len(one.values))
            key = (one.sql, voice.types or ())
            if (name := self._names.get(key) or new.get(key)) is None:
                name = new[key] = b"minder_%d" % next(self._numbers)
                bound.append((name, one.sql, voice.types, None))
            bound.append((name, None, values, voice.formats))
        results = await self._sent(bound)
        for result in results:
            if result.status not in _GOOD:
                raise errors.error_from_result(result)
        self._names |= new
        return [result for result, (_, named, *_) in zip(results, bound, strict=True) if named is None][begins:]

    async def _sent(self, bound: Sequence[_Bound]) -> list[PGresult]:
        """Hears all of it out, whatever fails: so the connection can be used again. One that was left half way cannot:
        it counts as lost."""
        server = self.pgconn
        try:
            server.enter_pipeline_mode()
            for name, sql, values, formats in bound:
                if sql is not None:
                    server.send_prepare(name, sql, param_types=values)
                else:
                    server.send_query_prepared(name, values, param_formats=formats)
            server.pipeline_sync()
            if server.flush():  # more than the socket takes at once
                self._hear_no_more()  # the driver listens at the socket in its own way
                await super().wait(generators.send(server))
            results = await self._heard()
            server.exit_pipeline_mode()
        except asyncio.CancelledError:
            await self._given_up()
            raise
        except BaseException:
            self._finish()
            raise
        return results

    async def _heard(self) -> list[PGresult]:
        if self._ear is None:
            self._ear = _Ear(self.pgconn)
            self._ear.hear()  # what the driver has read meanwhile is nothing to wait for at the socket
        return await self._ear.results()

    async def _given_up(self) -> None:
        """Nobody waits for it any more: the server is to stop, too."""
        try:
            async with asyncio.timeout(CANCEL_SECONDS):
                if self._ear is None or not self._ear.whole:
                    await self.cancel_safe(timeout=CANCEL_SECONDS)
                await self._heard()
            self.pgconn.exit_pipeline_mode()
        except BaseException:
            self._finish()

    def _finish(self) -> None:
        self._hear_no_more()
        self.pgconn.finish()

    def _hear_no_more(self) -> None:
        if self._ear is not None:
            self._ear.close()
            self._ear = None

    def _found(self, asked: Asked, result: PGresult) -> Found:
        if not result.ntuples:
            return Found((), result.ftype, result.command_tuples or 0)
        voice = self._voices[asked.sql]
        voice.set_pgresult(result, set_loaders=asked.sql not in self._known)  # its columns are always the same
        self._known.add(asked.sql)
        rows = voice.load_rows(0, result.ntuples, tuple)
        voice.set_pgresult(None, set_loaders=False)
        return Found(rows, result.ftype, result.ntuples)


class _Ear:
    """Hears one exchange out after another, in the event loop's own time: whoever waits is woken once for each. It
    stays at the socket from one exchange of a transaction to the next, as coming and going takes longer than to hear.
    """

    def __init__(self, server: PGconn) -> None:
        self.whole = False
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._socket: int | None = server.socket
        self._results: list[PGresult] = []
        self._trouble: psycopg.Error | None = None
        self._awaited: asyncio.Future[None] | None = None
        self._loop.add_reader(self._socket, self.hear)

    def close(self) -> None:
        """A connection that has broken has given up its socket's number, which may be another's by now."""
        if self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._socket = None

    async def results(self) -> list[PGresult]:
        """All that the server says until it is done with what it was sent."""
        if not self.whole and self._trouble is None:
            self._awaited = self._loop.create_future()
            await self._awaited
        if self._trouble is not None:
            raise self._trouble
        results, self._results, self.whole = self._results, [], False
        return results

    def hear(self) -> None:
        """All that has come by now."""
        try:
            self.whole = self._has_heard_all()
        except psycopg.Error as error:
            self._trouble = error
            self.close()
        if (self.whole or self._trouble) and self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    def _has_heard_all(self) -> bool:
        """Each result is followed by None; after two there is nothing more as yet."""
        self._server.consume_input()
        silent = False
        while not self._server.is_busy():
            result = self._server.get_result()
            if result is None and silent:
                return False
            silent = result is None
            if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
                return True
            if result is not None:
                self._results.append(result)
        return False


def _begin(isolation: IsolationLevel | None) -> Asked:
    level = b"" if isolation is None else b" ISOLATION LEVEL " + isolation.name.replace("_", " ").encode()
    return Asked(b"BEGIN" + level, ())
