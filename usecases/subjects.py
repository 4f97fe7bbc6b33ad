"""What gathers the facts of a subject: entered by the use case that knows them, and looked up by `facts.load`."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from db import people
from domain.about import Facts
from domain.outbox import Saying, Subject
from domain.people import Staff
from usecases.service import Service


class Source(Protocol):
    """Where facts are read: a service, a transaction, and the moment as of which they hold. A `Work` is one."""

    @property
    def service(self) -> Service: ...
    @property
    def tx(self) -> AsyncConnection: ...
    @property
    def now(self) -> datetime: ...
    @property
    def today(self) -> date: ...


@dataclass(frozen=True)
class Reading:
    """A source of facts where nobody speaks."""

    service: Service
    tx: AsyncConnection
    now: datetime

    @property
    def today(self) -> date:
        return self.service.calendar.day(self.now)


Load = Callable[[Source, Sequence[int]], Awaitable[Mapping[int, Facts]]]  # those that are there, by id
LoadOne = Callable[[Source, int], Awaitable[Facts | None]]
LoadOfStaff = Callable[[Source, Staff], Awaitable[Facts]]
Add = Callable[[Source, Mapping[Subject, Facts], Sequence[Saying]], Awaitable[Mapping[Subject, Facts]]]
_L = TypeVar("_L", bound=Load)
_O = TypeVar("_O", bound=LoadOne)
_S = TypeVar("_S", bound=LoadOfStaff)
_A = TypeVar("_A", bound=Add)
_LOADS: dict[str, Load] = {}
_ADDS: list[tuple[frozenset[str], Add]] = []


def loads(type_: str) -> Callable[[_L], _L]:
    """Names the type of subject whose facts a function gathers, of several at once."""

    def enter(load: _L) -> _L:
        _enter(type_, load)
        return load

    return enter


def loads_one(type_: str) -> Callable[[_O], _O]:
    """The same for a function that gathers one at a time; None: it is not there."""

    def enter(load: _O) -> _O:
        async def each(source: Source, ids: Sequence[int]) -> Mapping[int, Facts]:
            return {id_: about for id_ in ids if (about := await load(source, id_)) is not None}

        _enter(type_, each)
        return load

    return enter


def loads_of_staff(type_: str) -> Callable[[_S], _S]:
    """The same where the subject is named by a member of staff."""

    def enter(load: _S) -> _S:
        async def each(source: Source, ids: Sequence[int]) -> Mapping[int, Facts]:
            everybody = await people.everybody_on_staff(source.tx)
            return {id_: await load(source, everybody[id_]) for id_ in ids if id_ in everybody}

        _enter(type_, each)
        return load

    return enter


def _enter(type_: str, load: Load) -> None:
    if type_ in _LOADS:
        raise ValueError(f"Two functions load {type_}")
    _LOADS[type_] = load


def adds_to(*kinds: str) -> Callable[[_A], _A]:
    """Names the kinds of message that need more than the facts of their subject: a function is given these facts and
    what is to be said, and returns the facts of the subjects for which it has more."""

    def enter(add: _A) -> _A:
        _ADDS.append((frozenset(kinds), add))
        return add

    return enter


def types() -> frozenset[str]:
    """Every type of subject whose facts can be gathered."""
    return frozenset(_LOADS)


async def load(source: Source, type_: str, ids: Sequence[int]) -> Mapping[int, Facts]:
    """The facts of these subjects of one type; nothing of a type that has no facts."""
    return await _LOADS[type_](source, ids) if type_ in _LOADS else {}


def additions(sayings: Sequence[Saying]) -> Iterator[tuple[Add, Sequence[Saying]]]:
    """What adds to the facts of something that is to be said, each with those that it is for."""
    for kinds, add in _ADDS:
        if meant := [one for one in sayings if one.kind in kinds]:
            yield add, meant
