"""Words that tell whoever looks over a shoulder what this is about. Nothing that they may see has one of them."""

import re

WORDS = (
    *("court", "order", "cpo", "payback", "unpaid work", "offence", "offend", "justice", "social work", "supervis"),
    *("probation", "breach", "warning", "sheriff", "sentence", "police", "prison", "jail", "licence", "requirement"),
    *("drug", "alcohol", "anger", "mappa", "review", "council"),
)
EXCEPTIONS = ("in order to",)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # usernames are written InOneWord
_FOUND = re.compile(rf"(?<![^\W_])({'|'.join(map(re.escape, WORDS))})", re.IGNORECASE)


def faults(text: str) -> list[str]:
    """The words of the list that begin a word of this text; an underscore parts words too."""
    for phrase in EXCEPTIONS:
        text = text.replace(phrase, "")
    return [one.lower() for one in _FOUND.findall(_HUMP.sub(" ", text))]
