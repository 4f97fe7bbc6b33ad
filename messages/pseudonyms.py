"""The dictionary of the rows for an analyst: every column in words, made from the forms themselves."""

from collections.abc import Iterable, Iterator

from domain.questionnaires import Question, Type
from messages.compose import Voice

HEADER = ("column", "form", "what", "type", "options")


def dictionary(columns: Iterable[tuple[str, str, Question | None]], voice: Voice) -> Iterator[tuple[str, ...]]:
    """One line for each column (name, form, question) and form that has it."""
    for name, form, question in columns:
        if question is None:
            yield name, form, voice.say(f"report.rows_{name}"), "code", ""
        else:
            yield name, form, _what(name, question, voice), question.type, _options(question, voice)


def _what(name: str, question: Question, voice: Voice) -> str:
    when = "report.rows_at_start" if name.startswith("start_") else "report.rows_at_end"
    return voice.say(when, question=voice.say(question.text_key))


def _options(question: Question, voice: Voice) -> str:
    codes = [f"{option.id} = {voice.say(option.key)}" for option in question.options]
    if question.type is Type.TEXT:
        codes.append(f"answered = {voice.say('report.rows_own_words')}")
    if question.type is Type.MULTI:
        codes.append(voice.say("report.rows_several"))
    return "; ".join([*codes, f"skipped = {voice.say('report.skipped')}", voice.say("report.rows_not_asked")])
