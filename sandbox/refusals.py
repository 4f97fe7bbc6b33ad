"""How the pretend Telegram says no, and how a call can be made to go wrong."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """A call that gets Telegram's error envelope."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    @classmethod
    def bad_request(cls, what: str) -> "Refused":
        return cls(400, f"Bad Request: {what}")

    @classmethod
    def flood(cls, seconds: int) -> "Refused":
        return cls(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class AnswerLost(Exception):
    """The bot hears nothing back. `played` says whether the call was carried out all the same: the bot cannot know."""

    def __init__(self, *, played: bool) -> None:
        super().__init__("the answer was lost" if played else "the call never arrived")
        self.played = played


@dataclass
class Fault:
    """What happens to the next `times` calls of a method, instead of (or after) playing them."""

    method: str
    what: Refused | AnswerLost
    times: int = 1


@dataclass
class Faults:
    """Faults to come, in order; a test fills it, the server takes from it."""

    coming: list[Fault] = field(default_factory=list)

    def refuse(
        self, method: str, status: int, description: str, *, retry_after: int | None = None, times: int = 1
    ) -> None:
        """The next calls get this error and change nothing."""
        parameters = {} if retry_after is None else {"retry_after": retry_after}
        self.coming.append(Fault(method, Refused(status, description, **parameters), times))

    def lose_answer(self, method: str, *, times: int = 1) -> None:
        """The next calls are carried out, and the bot never hears so."""
        self.coming.append(Fault(method, AnswerLost(played=True), times))

    def lose_call(self, method: str, *, times: int = 1) -> None:
        """The next calls never arrive."""
        self.coming.append(Fault(method, AnswerLost(played=False), times))

    def take(self, method: str) -> Refused | AnswerLost | None:
        """The fault meant for this call, if there is one."""
        for fault in self.coming:
            if fault.method == method:
                fault.times -= 1
                if fault.times <= 0:
                    self.coming.remove(fault)
                return fault.what
        return None
