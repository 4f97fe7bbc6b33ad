"""Every language says everything, with the same blanks; what individuals read is discreet and easy."""

import re
from pathlib import Path
from string import Formatter

import pytest

from bot import app  # noqa: F401  (loads every module of messages)
from domain import (
    appointments,
    asking,
    attendance,
    audit,
    caseload,
    compliance,
    deciding,
    discreet,
    errors,
    evidence,
    heeding,
    limits,
    offering,
    orders,
    people,
    questionnaires,
    reminding,
)
from domain.neutral import Stage
from domain.reading import grade
from messages import chat, compose, neutral, staff, words
from usecases import forms

ROOT = Path(__file__).parents[2]
LITERAL = re.compile(r'"([a-z_]+(?:\.[a-z_0-9]+)+)"')
FAMILY = re.compile(r'f"([a-z_.]*\{[^"]*)"')

# Read by staff only: the case reference instead of a name, and the field's own words.
STAFF = (
    "item.",
    "queue.",
    "outcome.",
    "said.",
    "kind.",
    "cause.",
    "register.",
    "report.",
    "invite.",
    "why.",
    "consent.",
    *("history.", "role.", "repairs.", "texts."),
    "absence.",
    "stop.staff",
    "hold.",
    *("cutoff.", "lock."),
    *("rules.", "skip."),
    *("watch.", "pause.", "resume."),
    "person.",
    *("standard.", "limit.", "clocks.", "step.", "late.", "left_out.", "assess"),
    *("desk.", "digest."),
    *("progress.", "books.", "light.", "extension.", "button.extension", "button.progress"),
    *("offer.", "ticks.", "down."),
    *("papers.", "review."),
    "neutral.",
    "pack.",
    *("needs.", "area.", "answers.", "moderate."),
    *("away.", "hand.", "leaver.", "joiner.", "duty.", "no_such_colleague"),
    *("aid.", "case.", "requirement.", "order.", "glass.", "why_look.", "looks.", "looked.", "act."),
)
STAFF_KEYS = {
    "help.staff",
    "help.unclear",
    "welcome_staff",
    "error_too_early",
    *("danger.helper", "danger.helper_nobody"),
    *(f"command.{name}" for name in staff.COMMANDS),
}
# Questions have their own reviewed words (drink, drugs): the person chose to open the form.
REVIEWED = ("question.", "option.", "scale.", "form.")
PLAIN = ".plain"  # read only by who chose plain words, on a phone that nobody else sees
TEXT = ".text"  # the form of it in a text message
EASY = ".easy"  # in easy words, for who wants them


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def all_subclasses(kind: type[errors.DomainError]) -> set[type[errors.DomainError]]:
    return {kind} | {below for one in kind.__subclasses__() for below in all_subclasses(one)}


def made_at_run_time() -> set[str]:
    """Keys that no literal in the code shows: from enums, error classes, commands and questionnaires."""
    causes = {cause for several in attendance.CAUSES.values() for cause in several}
    found = {f"error_{one.code}" for one in all_subclasses(errors.DomainError)}
    found |= {f"reason.{one}" for one in appointments.Reason} | {"reason.language"}
    found |= {f"button.{one}" for one in appointments.Answer} | {f"said.{one}" for one in appointments.Answer}
    found |= {f"outcome.{one}" for one in attendance.Outcome} | {f"cause.{one}" for one in causes}
    found |= {f"kind.{one}" for one in appointments.Kind}
    found |= {f"item.{one}{end}" for one in compliance.Kind for end in ("", ".short")}
    found |= {f"command.{one}" for one in (*chat.INDIVIDUAL_COMMANDS, *staff.COMMANDS, "help")}
    found |= {f"requirement.{one}" for one in orders.Requirement} | {f"order.{one}" for one in orders.Status}
    found |= {f"why_look.{one}" for one in audit.Reason} | {f"act.{one}" for one in people.Act}
    found |= {f"skip.{one}" for one in reminding.Skip} | {f"rules.{one}" for one in reminding.Does}
    found |= {f"what.{one}{PLAIN}" for one in appointments.Kind}
    found |= {f"want.{one}" for one in asking.Want} | {f"safe.{one}" for one in asking.Safe}
    found |= {f"place.{one}" for one in asking.Ring} | {f"hold.{one}" for one in orders.Hold}
    found |= {f"changed.{end}{one}" for one in asking.Changed for end in ("", "tell_")}
    found |= {f"item.outcome.{one}" for one in compliance.Ending}
    found |= {f"ended.{one}" for one in compliance.Ending if one not in compliance.ANSWERS}
    found |= {f"{family}.{one}" for one in compliance.ANSWERS for family in ("button", "answered")}
    found |= {f"answered.{one}.named" for one in compliance.ANSWERS}
    found |= {f"item.{one}" for one in compliance.Says if one is not compliance.Says.NEWS}
    found |= {f"absence.did_{one}" for one in deciding.How} | {f"absence.next_{one}" for one in deciding.Rung}
    found |= {f"absence.heard_{one}" for one in deciding.Heard} | {f"absence.cause_{one}" for one in deciding.Cause}
    found |= {f"absence.ask_{one}" for one in deciding.Page if one is not deciding.Page.ABSENCE}
    found |= {f"absence.why_{one}" for one in attendance.Why} | {f"absence.{one}" for one in attendance.JUDGED}
    found |= {f"neutral.why_{one}" for one in neutral.WHYS} | {f"neutral.stage_{one}" for one in Stage}
    found |= {f"neutral.{start}_{one}" for one in offering.Said for start in ("button", "noted")}
    found |= {f"neutral.button_in_person_{one}" for one in (offering.Said.LATER, offering.Said.NO)}
    found |= {f"neutral.button_{one}" for one in (questionnaires.Way.PHONE, questionnaires.Way.PAPER)}
    found |= {f"neutral.occasion_{one}" for one in ("start", "review", "end", "own")}
    found |= {f"needs.{one}" for one in heeding.CODES}
    found |= {f"evidence.refused_{one}" for one in evidence.Refusal}
    found |= {f"away.refused_{one}" for one in ("unclear", "past", "backwards", "too_long")}
    found |= {f"away.cannot_{one}" for one in ("away", "left", "themselves")}
    found |= {f"{key}_{one}" for one in caseload.Part for key in ("hand.part", "leaver.holds", "leaver.hand")}
    found |= {f"joiner.{one}" for one in people.Role}
    found |= {f"limit.{one}.one" for one in limits.Unit}
    for definition in forms.read().definitions.values():
        found |= questionnaires.keys(definition)
        scales = [one for one in definition.questions if one.type is questionnaires.Type.SCALE]
        found |= {f"report.area.{one.pair}" for one in scales if one.pair is not None}
    return found


def code() -> str:
    folders = ("messages", "usecases", "bot", "handlers", "documents", "reminders")
    return "\n".join(path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def test_the_catalogue_says_everything_that_the_code_can_ask_for() -> None:
    known = set(words.catalogue(words.SOURCE))
    spoken = set(LITERAL.findall("\n".join(p.read_text() for p in (ROOT / "messages").glob("*.py"))))
    spoken = {key for key in spoken if not key.endswith((".po", ".telegram"))}
    assert (made_at_run_time() | spoken) - known == set()


def test_nothing_in_the_catalogue_is_never_said() -> None:
    text, run_time, composers = code(), made_at_run_time(), compose.kinds()
    families = [re.compile(re.sub(r"\\\{.*?\\\}", "[a-z_0-9]+", re.escape(one))) for one in FAMILY.findall(text)]
    never = {
        key
        for key in {
            one.removesuffix(PLAIN).removesuffix(TEXT).removesuffix(EASY)
            for one in words.catalogue(words.SOURCE)
            if not one.startswith("what.")
        }
        if f'"{key}"' not in text
        and key not in run_time
        and key not in composers
        and not any(family.fullmatch(key) for family in families)
    }
    assert never == set()


def faults(language: str) -> set[str]:
    """The keys that a language lacks, has too many of, or says with other blanks than English."""
    english, other = words.catalogue(words.SOURCE), words.catalogue(language)
    shared = set(english) & set(other)
    return (set(english) ^ set(other)) | {key for key in shared if blanks(english[key]) != blanks(other[key])}


def test_every_language_says_everything_with_the_same_blanks() -> None:
    assert {language: faults(language) for language in words.languages()} == {one: set() for one in words.languages()}


def test_a_language_that_lacks_a_sentence_or_a_blank_is_noticed_and_english_helps_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gd" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "day.today"\nmsgstr "An-diugh"\n\nmsgid "reminder.when"\nmsgstr "{day}."\n'
    )
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    assert words.say("day.today", "gd") == "An-diugh"
    assert words.say("button.coming", "gd") == "I'll be there"
    assert {"button.coming", "reminder.when"} <= faults("gd")
    assert "day.today" not in faults("gd")


def for_individuals() -> dict[str, str]:
    english = words.catalogue(words.SOURCE)
    return {
        key: sentence
        for key, sentence in english.items()
        if not key.startswith((*STAFF, *REVIEWED)) and key not in STAFF_KEYS and not key.endswith(PLAIN)
    }


@pytest.mark.parametrize(("key", "sentence"), sorted(for_individuals().items()))
def test_what_individuals_read_is_discreet(key: str, sentence: str) -> None:
    assert discreet.faults(sentence) == [], f"{key}: {sentence}"


def easy_to_read() -> dict[str, str]:
    """Whole sentences only: the formula means nothing for a label of one to four words."""
    texts = {key: one for key, one in words.catalogue(words.SOURCE).items() if not key.startswith(STAFF)}
    return {key: one for key, one in texts.items() if key not in STAFF_KEYS and len(one.split()) > 4}


@pytest.mark.parametrize(("key", "sentence"), sorted(easy_to_read().items()))
def test_what_individuals_read_is_easy(key: str, sentence: str) -> None:
    assert grade(sentence) <= 5, f"{key}: grade {grade(sentence):.1f}: {sentence}"


def test_the_formula_tells_easy_from_hard() -> None:
    assert grade("We did not see you today. Are you OK?") < 2
    assert grade("Notwithstanding previous correspondence, non-attendance necessitates administrative escalation.") > 12


@pytest.mark.parametrize("locale", words.languages())
def test_no_key_stands_twice(locale: str) -> None:
    """Of two sentences under one key the reader of the file keeps the first, and says nothing."""
    text = (ROOT / "locales" / locale / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


def test_a_question_that_is_compared_over_time_is_asked_in_the_same_words_always() -> None:
    for definition in forms.read().definitions.values():
        for question in definition.questions:
            if question.pair is not None and question.type is questionnaires.Type.SCALE:
                for key in (question.text_key, question.hint_key, *(option.key for option in question.options)):
                    assert not words.knows(f"{key}{EASY}"), f"{definition.ref}: {key} has easier words"
