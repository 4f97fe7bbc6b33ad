"""Which versions of a form ask the paired questions in the same words, and may so be counted together."""

from collections.abc import Iterable, Mapping

from domain.questionnaires import Definition, Question


def paired(definition: Definition) -> tuple[Question, ...]:
    """The questions whose answers at the start and at the end belong together."""
    return tuple(one for one in definition.questions if one.pair is not None)


def same_words(definitions: Iterable[Definition]) -> Mapping[str, Definition]:
    """By ref the oldest version of that form whose paired questions are worded alike, every one of them."""
    oldest: dict[tuple[object, ...], Definition] = {}
    found: dict[str, Definition] = {}
    for one in sorted(definitions, key=lambda one: (one.form, one.version)):
        found[one.ref] = oldest.setdefault((one.form, *map(_wording, paired(one))), one)
    return found


def _wording(question: Question) -> tuple[object, ...]:
    return question.pair, question.id, question.type, question.text_key, question.hint_key, question.options
