"""A form with every type of question, and somebody who answers it."""

import json
from dataclasses import replace

from domain import questionnaires
from domain.questionnaires import (
    Choose,
    Control,
    Definition,
    Event,
    Facts,
    Option,
    Press,
    Question,
    Screen,
    Sitting,
    Type,
    Write,
)


def options(*ids: str) -> tuple[Option, ...]:
    return tuple(Option(each, f"option.{each}") for each in ids)


def question(question_id: str, kind: Type, *ids: str, show_if: str = "", most: int = 0, **more: object) -> Question:
    condition = questionnaires.parse_condition(show_if) if show_if else None
    made = Question(question_id, kind, f"question.{question_id}.text", options=options(*ids), most=most)
    return replace(made, show_if=condition, **more)  # type: ignore[arg-type]


# A form with every type and with branches on branches.
FORM = Definition(
    "try",
    1,
    (
        question("home", Type.SCALE, "1", "2", "3", "4", "5", "none"),
        question("mind", Type.SCALE, "1", "2", "3", sensitive=True),
        question("sent_home", Type.CHOICE, "0", "1", "2_3", show_if="order.has(unpaid_work)"),
        question("lost", Type.NUMBER, show_if="answers.sent_home in (1, 2_3)", least=1, most=300),
        question("why", Type.TEXT, show_if="answered(lost) and not answers.home == 5", most=10),
        question("hard", Type.MULTI, "travel", "food", "none", alone="none"),
        question("far", Type.YESNO, "yes", "no", show_if="answers.hard == travel or answers.home == none"),
        question("goal_got", Type.CHOICE, "yes", "no", show_if="baseline.answered(goal)"),
        question("better", Type.TEXT, most=20, optional=True),
    ),
)
WORK = Facts(requirements=frozenset({"unpaid_work"}))


def should_be_asked(question_id: str, answers: questionnaires.Answers, facts: Facts) -> bool:
    """The form's conditions once more, in plain Python, as the judge of the engine."""
    hard = answers.get("hard") or ()
    assert isinstance(hard, tuple)
    return {
        "mind": facts.sensitive_allowed,
        "sent_home": "unpaid_work" in facts.requirements,
        "lost": answers.get("sent_home") in ("1", "2_3"),
        "why": answers.get("lost") is not None and answers.get("home") != "5",
        "far": "travel" in hard or answers.get("home") == "none",
        "goal_got": facts.baseline.get("goal") is not None,
    }.get(question_id, True)


class Person:
    """Somebody answering; the sitting goes through JSON between any two events, as it does in the database."""

    def __init__(self, form: Definition = FORM, facts: Facts = WORK) -> None:
        self.form, self.facts = form, facts
        self.sitting = questionnaires.begin(form)
        self.screen = questionnaires.show(form, self.sitting, facts)

    def does(self, event: Event) -> Screen:
        stored = Sitting.from_row(json.loads(json.dumps(self.sitting.to_row())))
        assert stored == self.sitting
        self.sitting, self.screen = questionnaires.step(self.form, stored, event, self.facts)
        return self.screen

    def presses(self, *controls: Control) -> Screen:
        for control in controls:
            self.does(Press(control, self.sitting.turn))
        return self.screen

    def taps(self, *option_ids: str) -> Screen:
        for option_id in option_ids:
            self.does(Choose(self.sitting.turn, self.sitting.position, option_id))
        return self.screen

    def types(self, *texts: str) -> Screen:
        for text in texts:
            self.does(Write(text))
        return self.screen

    def gives(self, answer: object) -> Screen:
        """The answer to the open question, in the shortest way."""
        if answer is None:
            return self.presses(Control.SKIP)
        if isinstance(answer, tuple):
            for choice in self.screen.choices:
                self.does(
                    Choose(self.sitting.turn, self.sitting.position, choice.option.id, choice.option.id in answer)
                )
            return self.presses(Control.CONFIRM)
        assert isinstance(answer, str)
        return self.taps(answer) if self.screen.choices else self.types(answer)

    @property
    def asked(self) -> str | None:
        return self.screen.question.id if self.screen.question else None


def at(question_id: str, facts: Facts = WORK) -> Person:
    """Somebody who skipped to that question."""
    person = Person(facts=facts)
    person.presses(Control.BEGIN)
    while person.asked != question_id:
        person.gives({"sent_home": "1", "lost": "7"}.get(str(person.asked)))
    return person
