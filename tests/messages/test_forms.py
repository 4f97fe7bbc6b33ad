"""Every screen of every form can be shown, whatever was answered."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain import questionnaires
from domain.calendar import Calendar
from domain.facts import AboutSitting
from domain.people import Individual
from domain.policy import Policy
from domain.questionnaires import Choose, Control, Definition, Facts, NoticeKind, Press, Question, Screen, Type, Write
from messages import forms as screens
from messages.compose import Message, Tongue
from usecases import forms

FORMS = forms.read().definitions
MOST = 4096  # characters of one message (Bot API)
EVERYTHING = Facts(frozenset({"unpaid_work"}), {"goal": "A job"}, sensitive_allowed=True)
VOICE = Tongue(Calendar(), Policy()).voice("en", datetime(2026, 11, 23, 9, tzinfo=UTC))


def shown(definition: Definition, screen: Screen, **params: str | int) -> Message:
    about = AboutSitting(2**31 - 1, Individual(1, "C1", "Alex"), definition.form, screen)
    return screens.form(about, replace(VOICE, params=params))


def longest(question: Question, sitting: questionnaires.Sitting) -> list[Choose | Write | Press]:
    """The events that give a question its longest answer."""
    match question.type:
        case Type.TEXT:
            return [Write("x" * question.most)]
        case Type.NUMBER:
            return [Write(str(question.most))]
        case Type.MULTI:
            ticks = [Choose(sitting.turn, question.id, one) for one in question.option_ids if one != question.alone]
            return [*ticks, Press(Control.CONFIRM)]
    asks_more = {"help_now": "yes", "sent_home": "4_up"}.get(question.id, question.option_ids[-1])
    return [Choose(sitting.turn, question.id, asks_more)]


@pytest.mark.parametrize("ref", FORMS)
def test_every_screen_fits_one_message(ref: str) -> None:
    definition = FORMS[ref]
    sitting, screen = questionnaires.begin(definition), None
    events: list[Choose | Write | Press] = [Press(Control.BEGIN)]
    seen = [shown(definition, questionnaires.show(definition, sitting, EVERYTHING))]
    while events:
        sitting, screen = questionnaires.step(definition, sitting, events.pop(0), EVERYTHING)
        seen.append(shown(definition, screen))
        if not events and screen.question is not None:
            events = longest(screen.question, sitting)
    assert sitting.position == questionnaires.SUMMARY
    assert len(sitting.answers) == len(definition.questions), "every question was asked"
    for control in (Control.BACK, Control.STOP, Control.RESUME, Control.KEEP, Control.SEND):
        sitting, screen = questionnaires.step(definition, sitting, Press(control), EVERYTHING)
        seen.append(shown(definition, screen))
    assert sitting.position == questionnaires.DONE
    assert max(len(message.text) for message in seen) <= MOST
    assert all(button.action.pack() for message in seen for row in message.buttons for button in row)


@pytest.mark.parametrize("notice", NoticeKind)
def test_every_notice_stands_above_the_question(notice: NoticeKind) -> None:
    definition = FORMS["exit@1"]
    begun, _ = questionnaires.step(definition, questionnaires.begin(definition), Press(Control.BEGIN), Facts())
    screen = questionnaires.show(definition, begun, Facts())
    text = shown(definition, screen, notice=notice.value, found=700, least=1, most=600).text
    above, _, below = text.partition("\n\n")
    assert above
    assert below == shown(definition, screen).text


def test_a_number_is_asked_for_with_its_limits() -> None:
    count = Question("count", Type.NUMBER, "question.days.text", least=1, most=9)
    definition = Definition("exit", 1, (count,))
    begun, screen = questionnaires.step(definition, questionnaires.begin(definition), Press(Control.BEGIN), Facts())
    assert "Type a number from 1 to 9." in shown(definition, screen).text
    _, screen = questionnaires.step(definition, begun, Write("7"), Facts())
    assert "– 7" in shown(definition, screen).text
