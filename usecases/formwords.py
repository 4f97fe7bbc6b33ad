"""The words that a council gives its own questions, in their file: kept under keys like those of the catalogue."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from domain import discreet, reading
from usecases.formfiles import FormFile

OWN = "own."  # what such a key begins with
EASY = ".easy"  # the form of a sentence in easy words
HARDEST = 5.0  # Flesch-Kincaid grade: a reading age of about ten
LONGEST = {"text": 250, "hint": 200, "option": 60, "intro": 1500, "done": 300}  # characters; a message holds 4,096
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SOURCE = "en"


@dataclass
class OwnWords:
    """Sentences by language and key. A key is made of the words themselves, so that equal words are one question."""

    by_language: dict[str, dict[str, str]] = field(default_factory=dict)

    def keep(
        self, file: FormFile, node: yaml.Node, what: str, easy: yaml.Node | None = None, open_: bool = True
    ) -> str:
        """The key under which these words, and the easy words for them, are kept from now on. `open_`: they may be met
        on a phone at any time, and so must say nothing of what this is about."""
        said = _by_language(file, node, what)
        easier = _by_language(file, easy, f"{what} in easy words") if easy is not None else {}
        _check(file, node, what, said, open_)
        if easy is not None:
            _check(file, easy, what, easier, open_)
        spelled = json.dumps([said, easier], sort_keys=True, ensure_ascii=False)
        key = f"{OWN}{hashlib.sha256(spelled.encode()).hexdigest()[:16]}"
        for ending, words in (("", said), (EASY, easier)):
            for language, sentence in words.items():
                self.by_language.setdefault(language, {})[key + ending] = sentence
        return key


def _by_language(file: FormFile, node: yaml.Node, what: str) -> Mapping[str, str]:
    """Words in English, or in several languages: `{en: Lunch?, pl: Obiad?}`."""
    if isinstance(node, yaml.ScalarNode):
        return {_SOURCE: file.text(node, what).strip()}
    said = {language: file.text(words, what).strip() for language, words in file.mapping(node, what).items()}
    if odd := [language for language in said if not _LANGUAGE.fullmatch(language)]:
        raise file.refuse(node, f"{what}: expected languages like en or pl, found {odd[0]!r}")
    if _SOURCE not in said:
        raise file.refuse(node, f"{what}: the words in English (en) are missing")
    return said


def _check(file: FormFile, node: yaml.Node, what: str, said: Mapping[str, str], open_: bool) -> None:
    most = LONGEST[what.split()[0]]
    for sentence in said.values():
        if len(sentence) > most:
            file.note(node, f"{what}: expected at most {most} characters, found {len(sentence)}")
    if open_ and (found := discreet.faults(said[_SOURCE])):
        file.note(node, f"{what}: expected words that give nothing away, found {', '.join(found)}")
    hard = reading.grade(said[_SOURCE])
    if len(said[_SOURCE].split()) > 4 and hard > HARDEST:
        file.note(node, f"{what}: expected a reading grade of at most {HARDEST:.0f}, found {hard:.1f}")
