"""Telegram's HTML: text with a few tags in, plain text with entities out. Bad markup is refused, as Telegram does."""

import html
import re
from dataclasses import dataclass

from sandbox.refusals import Json, Refused

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
_PIECE = re.compile(r"<(?P<close>/?)(?P<tag>[A-Za-z-]*)(?P<rest>[^<>]*)>|[^<]+|<")
_HREF = re.compile(r"""\s+href\s*=\s*("([^"]*)"|'([^']*)')\s*""")
_FOUND = re.compile(r"(?<![\w/])/(?P<command>\w{1,64})(?:@\w+)?|(?P<url>https?://[^\s<>]*[^\s<>.,;:!?)])", re.ASCII)


@dataclass
class _Open:
    tag: str
    at: int
    url: str | None


def units(text: str) -> int:
    """Telegram counts in UTF-16 code units: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def parse(source: str) -> tuple[str, list[Json]]:
    """HTML as plain text and its entities, outermost first."""
    text, entities, opened = "", [], list[_Open]()
    for piece in _PIECE.finditer(source):
        at = len(source[: piece.start()].encode())
        if piece["tag"] is None:
            if piece[0] == "<":
                raise _refused(f"Unclosed start tag at byte offset {at}")
            text += html.unescape(piece[0])
        elif piece["close"]:
            entities += _closed(opened, piece["tag"], units(text), at)
        else:
            opened.append(_opened(piece["tag"], piece["rest"], units(text), at))
    if opened:
        raise _refused(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, entities


def found(text: str) -> list[Json]:
    """What Telegram marks unasked: commands and web addresses."""
    return [
        {
            "type": "bot_command" if match["command"] else "url",
            "offset": units(text[: match.start()]),
            "length": units(match[0]),
        }
        for match in _FOUND.finditer(text)
    ]


def _opened(tag: str, rest: str, offset: int, at: int) -> _Open:
    if tag.lower() not in _KINDS:
        raise _refused(f'Unsupported start tag "{tag.lower()}" at byte offset {at}')
    href = _HREF.fullmatch(rest) if tag.lower() == "a" else None
    return _Open(tag.lower(), offset, html.unescape(href[2] or href[3] or "") if href else None)


def _closed(opened: list[_Open], tag: str, end: int, at: int) -> list[Json]:
    if not opened:
        raise _refused(f"Unexpected end tag at byte offset {at}")
    start = opened.pop()
    if tag and tag.lower() != start.tag:
        raise _refused(f'Unmatched end tag at byte offset {at}, expected "</{start.tag}>", found "</{tag.lower()}>"')
    if end == start.at or (start.tag == "a" and not start.url):
        return []
    entity: Json = {"type": _KINDS[start.tag], "offset": start.at, "length": end - start.at}
    return [entity | {"url": start.url}] if start.url else [entity]


def _refused(what: str) -> Refused:
    return Refused.bad_request(f"can't parse entities: {what}")
