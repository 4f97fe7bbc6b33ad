"""What every button has in common. What a tap carries is packed and parsed here and nowhere else."""

from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, ClassVar, TypeVar, get_type_hints

from domain.errors import Stale

MOST_BYTES = 64  # of callback data (Bot API)
_KINDS: dict[str, type["Action"]] = {}
_A = TypeVar("_A", bound="type[Action]")


@dataclass(frozen=True)
class Action:
    """What a button does. `code` names it on the wire: never reuse one for something else."""

    code: ClassVar[str]

    def pack(self) -> str:
        """What the button carries; at most 64 bytes."""
        parts = [self.code]
        for field in fields(self):
            value = getattr(self, field.name)
            parts.append(str(value.value if isinstance(value, Enum) else value))
        packed = ":".join(parts)
        if len(packed.encode()) > MOST_BYTES:
            raise ValueError(f"A button carries at most {MOST_BYTES} bytes; found {len(packed.encode())}: {packed}")
        return packed


@cache
def _types(code: str) -> dict[str, Any]:
    """What the fields of a kind of button are."""
    return get_type_hints(_KINDS[code])


def parse(data: str) -> Action:
    """The action that a tap carries; raises Stale for anything that no button of today would send."""
    code, *values = data.split(":")
    kind = _KINDS.get(code)
    if kind is None or len(values) != len(fields(kind)):
        raise Stale
    hints = _types(code)
    try:
        read: dict[str, Any] = {
            field.name: hints[field.name](value) for field, value in zip(fields(kind), values, strict=True)
        }
    except ValueError:
        raise Stale from None
    return kind(**read)


def button(kind: _A) -> _A:
    """Enters a kind of button, so that what it carries can be parsed."""
    if kind.code in _KINDS:
        raise ValueError(f"Two buttons share the code {kind.code}")
    _KINDS[kind.code] = kind
    return kind


def kinds() -> tuple[type[Action], ...]:
    """Every kind of button."""
    return tuple(_KINDS.values())
