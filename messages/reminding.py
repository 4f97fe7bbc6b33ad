"""The news of a date, several dates in one message, one more word for whoever asks; and the rules of it all."""

from collections.abc import Sequence
from dataclasses import replace

from domain import discreet
from domain.appointments import Answer, Kind
from domain.compliance import Kind as Asked
from domain.facts import AboutAppointment, AboutIndividual, AboutNothing
from domain.reminding import SWITCHABLE, Skip, Step
from messages.actions.asking import AskFor
from messages.actions.individual import Say
from messages.actions.reminding import Nudge
from messages.compose import Button, Message, Voice, says
from messages.individual import one_date, question, reminder, sentences, where


@says("booked")
def booked(about: AboutAppointment, voice: Voice) -> Message:
    """A date that is new, at once. It may be answered at once, too."""
    told = reminder(about, voice)
    return replace(told, text=sentences(voice.say("booked.one"), told.text))


@says("reminder_together")
def reminder_together(about: AboutIndividual, voice: Voice) -> Message:
    return together("next.heading", about.ahead, voice)


@says("booked_together")
def booked_together(about: AboutIndividual, voice: Voice) -> Message:
    return together("booked.several", about.ahead, voice)


def together(heading: str, dates: Sequence[AboutAppointment], voice: Voice) -> Message:
    """Several dates in one message, earliest first: each button says of which it speaks."""
    lines = [sentences(one_date(one, voice), where(one, voice)) for one in dates]
    text = "\n".join([voice.say(heading), *lines, *asks_of_each(dates, voice)])
    return Message(text, answers_of_each(dates, voice, one_day=len({one.appointment.day for one in dates}) == 1))


def asks_of_each(dates: Sequence[AboutAppointment], voice: Voice) -> list[str]:
    """The question about several dates; of one that must not be missed it says so first."""
    must = [question(one, voice) for one in dates if one.appointment.kind is Kind.COURT_REVIEW][:1]
    return [*must, voice.say("reminder.each")]


def answers_of_each(
    dates: Sequence[AboutAppointment], voice: Voice, one_day: bool = False
) -> tuple[tuple[Button, ...], ...]:
    """The answers to several dates: each says of which it speaks. `one_day`: the message names no other."""
    answers = tuple(
        (voice.button(f"button.{said}_on", Say(one.appointment.id, one.appointment.revision, said), when=when),)
        for one, when in zip(dates, _told_apart(dates, voice, one_day), strict=True)
        for said in (Answer.COMING, Answer.CANNOT)
    )
    asks = ((voice.button("button.help", AskFor(Asked.HELP)),), (voice.button("button.call", AskFor(Asked.CALL)),))
    return answers + asks


def _told_apart(dates: Sequence[AboutAppointment], voice: Voice, one_day: bool) -> list[str]:
    """The shortest name of each date that no other of them has: its time, its day and time, or its place as well."""
    times = [voice.at(one.appointment.starts_at) for one in dates]
    days = [f"{voice.on(one.appointment.day)}, {time}" for one, time in zip(dates, times, strict=True)]
    places = [f"{day}, {_place(one)}" for one, day in zip(dates, days, strict=True)]
    named = (times, days) if one_day else (days,)
    return next((names for names in named if len(set(names)) == len(names)), places)


def _place(about: AboutAppointment) -> str:
    """Its nickname, if that may stand on the phone."""
    return about.place.nickname if about.place and not discreet.faults(about.place.nickname) else ""


# ── One more ────────────────────────────────────────────────────────────────────────────────────────────────────────


@says("nudge_ask")
def nudge_ask(about: AboutIndividual, voice: Voice) -> Message:
    """Only where the rules have such a step."""
    at = next((one.at for one in voice.policy.reminders.steps if one.asked and one.on and one.at is not None), None)
    if at is None:
        return Message(voice.say("nudge.none"))
    asked = voice.say("nudge.ask", time=f"{at.hour}:{at:%M}")
    now = voice.say("nudge.now") if about.individual.nudged else ""
    return Message(
        sentences(asked, now), ((voice.button("nudge.yes", Nudge(1)),), (voice.button("nudge.no", Nudge(0)),))
    )


@says("nudge_set")
def nudge_set(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("nudge.on" if about.individual.nudged else "nudge.off"))


# ── The rules ───────────────────────────────────────────────────────────────────────────────────────────────────────


@says("rules")
def rules(about: AboutNothing, voice: Voice) -> Message:
    """What is sent and when; what is held and dropped; what is not sent, and why."""
    policy, calendar = voice.policy, voice.calendar
    found = policy.reminders
    lines = (
        voice.say("rules.heading", version=found.version),
        *(_step(one, voice) for one in found.steps),
        "",
        voice.say("rules.quiet", start=f"{calendar.quiet_from:%H:%M}", end=f"{calendar.quiet_to:%H:%M}"),
        voice.say("rules.caps", day=policy.most_a_day, week=policy.most_a_week),
        "",
        voice.say("rules.skips"),
        *(_skip(one, one not in found.off, voice) for one in Skip),
        "",
        voice.say("rules.change"),
    )
    return Message("\n".join(lines))


def _step(step: Step, voice: Voice) -> str:
    state = voice.say("rules.on" if step.on else "rules.off")
    kinds = ", ".join(voice.say(f"kind.{one}") for one in Kind if one in step.kinds) or voice.say("rules.every_kind")
    return voice.say(f"rules.{step.does}", state=state, when=_when(step, voice), kinds=kinds, why=step.why)


def _when(step: Step, voice: Voice) -> str:
    if step.at is None:
        return voice.say("rules.first" if step.first else "rules.booked", n=step.first)
    key = {0: "rules.same_day", 1: "rules.day_before"}.get(step.days_before, "rules.days_before")
    return voice.say(key, time=f"{step.at:%H:%M}", n=step.days_before)


def _skip(skip: Skip, on: bool, voice: Voice) -> str:
    fixed = "" if skip in SWITCHABLE else voice.say("rules.fixed")
    return f"{voice.say('rules.on' if on else 'rules.off')} {voice.say(f'skip.{skip}')} {fixed}".rstrip()
