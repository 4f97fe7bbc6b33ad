"""How hard a text is to read."""

import re


def grade(text: str) -> float:
    """Flesch-Kincaid grade: 0.39 words per sentence + 11.8 syllables per word − 15.59 (Kincaid and others, 1975).

    Blanks (`{name}`) and commands are left out. It says nothing of labels of one to four words, nor of other languages.
    """
    plain = re.sub(r"\{[^}]*\}|/\w+|[“”\"()]", " ", text)
    sentences = [one for one in re.split(r"[.!?:\n]+", plain) if re.search(r"[a-zA-Z]", one)]
    found = re.findall(r"[A-Za-z']+", plain)
    if not found:
        return 0.0
    return 0.39 * len(found) / max(len(sentences), 1) + 11.8 * sum(map(_syllables, found)) / len(found) - 15.59


def _syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = 1 if re.search(r"[^aeiouyl]e$", word.lower()) and len(groups) > 1 else 0
    return max(len(groups) - silent, 1)
