"""What can be refused. An error carries facts; its words live in the catalogue under `error.<code>`."""

from collections.abc import Mapping


class DomainError(Exception):
    """Something that a person asked for and that the rules refuse. `facts` fill the blanks of its sentence."""

    code = "unexpected"

    def __init__(self, **facts: str | int) -> None:
        super().__init__(self.code, facts)
        self.facts: Mapping[str, str | int] = facts


class NotAllowed(DomainError):
    """The speaker may not do this. Says nothing about whether the thing exists."""

    code = "not_allowed"


class NotYourRole(NotAllowed):
    """None of the roles of this member of staff may do it, to anybody at all."""

    code = "not_your_role"


class Stranger(NotAllowed):
    """A chat that belongs to nobody we know."""

    code = "stranger"


class NotKnown(DomainError):
    """No such thing within the speaker's reach: told in the same words whether it exists or not."""

    code = "not_known"


class Stale(DomainError):
    """A button that belongs to a past state of affairs. Not a fault: the reader is shown how things are now."""

    code = "stale"


class NotToday(DomainError):
    """The speaker's own register, of a day that is not today."""

    code = "not_today"


class TooEarly(DomainError):
    """Asked before its time: `time` is the wall time from which it can be done."""

    code = "too_early"


class CodeRefused(DomainError):
    """An invitation that is wrong, used or out of date; which of them is not told."""

    code = "code_refused"


class TooManyCodes(DomainError):
    """This chat has tried too many wrong codes."""

    code = "too_many_codes"


class ChatTaken(DomainError):
    """This chat already belongs to somebody else; never says to whom."""

    code = "chat_taken"


class Malformed(DomainError):
    """Words that could not be read as what was asked for."""

    code = "malformed"
