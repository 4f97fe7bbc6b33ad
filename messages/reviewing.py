"""A review pack: one order at a glance, and room for what is said, decided and done. It judges nothing."""

from collections import Counter
from collections.abc import Sequence

from documents import review
from documents.review import Pack, Section
from domain.attendance import LOST, MISSED
from domain.facts import AboutOrders, AboutReview
from domain.heeding import AboutAnswers
from domain.standards import Reading
from messages.actions.papers import ReviewOf
from messages.answers import beside
from messages.compose import Button, File, Message, Voice, says
from messages.papers import Written, on_paper, order_line
from messages.progress import order_hours
from messages.standards import name_of

SAY = "say"  # the question of a review in which somebody says what they want to say
TO_WRITE = ("discussion", "decisions", "outcomes")


@says("review_which")
def review_which(about: AboutOrders, voice: Voice) -> Message:
    """Where several orders run, each has its own review."""
    rows = tuple((Button(order_line(one, voice), ReviewOf(one.id)),) for one in about.orders if one.active)
    return Message(voice.say("review.which", case=about.individual.case_ref), rows)


@says("review_pack")
def review_pack(about: AboutReview, voice: Voice) -> Message:
    """To the worker or manager who asks for it; `answers` 1: what the person answered is for them to read."""
    name = f"pack-{voice.calendar.wall(voice.now):%Y-%m-%d-%H%M}.docx"
    return Message(
        voice.say("review.made", case=about.papers.individual.case_ref),
        file=File(name, review.docx(_pack(about, on_paper(voice)))),
    )


def _pack(about: AboutReview, voice: Written) -> Pack:
    order, case, made = about.papers.order, about.papers.individual.case_ref, voice.when(voice.now)
    facts = {
        "case": case,
        "order": order.ref,
        "imposed": voice.on(order.imposed_on),
        "requirements": ", ".join(voice.say(f"requirement.{one}") for one in sorted(order.requirements)),
        "worker": about.papers.worker.name if about.papers.worker is not None else voice.say("papers.nobody"),
        "made": made,
    }
    shown = about.answers if voice.params.get("answers") else None
    known = {
        "attendance": _attendance(about, voice),
        "hours": order_hours(about.hours, voice).text.split("\n")[1:] if about.hours is not None else [],
        "limits": _limits(about.reads, voice),
        "changes": beside(shown.start, shown.later[-1] if shown.later else None, voice) if shown is not None else [],
        "said": _said(shown, voice),
    }
    sections = [Section(voice.say(f"review.{name}"), _plain(lines)) for name, lines in known.items() if any(lines)]
    return Pack(
        voice.say("review.title"),
        [(voice.say(f"papers.fact_{name}"), text) for name, text in facts.items()],
        [*sections, *(Section(voice.say(f"review.{name}")) for name in TO_WRITE)],
        voice.say("review.note"),
        voice.say("papers.foot", case=case, when=made),
    )


def _plain(lines: Sequence[str]) -> list[str]:
    """Without the dots of a chat: here each line has a bullet of its own."""
    return [line.removeprefix("· ") for line in lines if line]


def _attendance(about: AboutReview, voice: Written) -> list[str]:
    """Each outcome with how often it stands on record; then each missed date with what was decided, and each that the
    service let go."""
    standing = [(one.about.appointment, one.about.standing) for one in about.papers.dates]
    counts = Counter(record.outcome for _, record in standing if record is not None)
    lines = [voice.say("review.count", what=_what(outcome.value, voice), n=n) for outcome, n in counts.most_common()]
    for date_, record in standing:
        if record is not None and record.outcome in MISSED | LOST:
            kind, cause = (
                voice.say(f"kind.{date_.kind}"),
                f", {voice.say(f'cause.{record.cause}')}" if record.cause else "",
            )
            what = _what(record.outcome.value, voice) + cause
            lines.append(voice.say("review.date", when=voice.when(date_.starts_at), kind=kind, what=what))
    return lines


def _what(outcome: str, voice: Written) -> str:
    return voice.say(f"outcome.{outcome}")


def _limits(reads: Sequence[Reading], voice: Written) -> list[str]:
    """Each time limit that is over or was kept. What somebody has said of one that was not is on /clocks."""
    today, lines = voice.calendar.day(voice.now), []
    for one in reads:
        if one.done is None and not one.passed(today):
            continue
        key = "review.limit_done" if one.done is not None else "review.limit_open"
        done = voice.on(one.done) if one.done is not None else ""
        lines.append(voice.say(key, name=name_of(one.clock.id, one.number, voice), due=voice.on(one.due), done=done))
    return lines


def _said(answers: AboutAnswers | None, voice: Written) -> list[str]:
    """The person's own words, asked ahead of the newest review."""
    last = answers.later[-1] if answers is not None and answers.later else None
    own = last.answers[SAY][1] if last is not None and SAY in last.answers else None
    if last is None:
        return []
    return [f"“{own}”"] if own else [voice.say("review.said_nothing")]
