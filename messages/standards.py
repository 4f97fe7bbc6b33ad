"""The time limits of the national standards, as staff read them: by when, what was done, and why something was late."""

from collections.abc import Iterable, Sequence
from datetime import date

from domain import standards
from domain.compliance import Kind
from domain.facts import AboutClocks, AboutItem, AboutNothing, DueSoon, OrderClocks
from domain.limits import Limit, Unit
from domain.orders import Milestone
from domain.standards import Late, Reading
from messages import words
from messages.actions.standards import CaseChanged, LateBecause, OpenClocks, StepAsk, StepDay, StepDone, StepUndo
from messages.compose import Button, Message, Voice, says

Rows = tuple[tuple[Button, ...], ...]
MOST_ORDERS = 4  # on one message, which holds 4,096 characters: an order has up to some 16 lines
PAST = 2  # steps behind that are shown of a clock with many
MOST_DUE = 8  # lines of the digest


# ── Words for the parts ─────────────────────────────────────────────────────────────────────────────────────────────


def name_of(clock_id: str, number: int, voice: Voice) -> str:
    """*Review 2*. A clock of a council's own has the name that its file gives it."""
    key = f"standard.{clock_id}"
    name = voice.say(key) if words.knows(key) else clock_id.replace("_", " ").capitalize()
    return f"{name} {number}" if number else name


def amount(limit: Limit, voice: Voice) -> str:
    """*20 working days*."""
    one = ".one" if limit.number == 1 else ""
    return voice.say(f"limit.{limit.unit}{one}", n=limit.number)


def on(day: date, voice: Voice) -> str:
    """A day, with its year where it is another one."""
    year = "" if day.year == voice.calendar.day(voice.now).year else f" {day.year}"
    return f"{voice.on(day)}{year}"


# ── /clocks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@says("clocks")
def clocks(about: AboutClocks, voice: Voice) -> Message:
    """Each order with its limits, and a button for each step that is still to be put on record."""
    shown = about.orders[:MOST_ORDERS]
    blocks = [voice.say("clocks.heading", case=about.individual.case_ref)]
    blocks += ["\n".join([_order(one, voice), *_lines(one, about.since, voice)]) for one in shown]
    if not shown:
        blocks.append(voice.say("clocks.none"))
    open_ = [one for one in shown if one.order.active]
    rows = [row for one in open_ for row in _buttons(one, len(open_) > 1, voice)]
    return Message("\n\n".join(blocks), tuple(rows))


def _order(one: OrderClocks, voice: Voice) -> str:
    asked = ", ".join(voice.say(f"requirement.{requirement}") for requirement in sorted(one.order.requirements))
    ended = "" if one.order.active else f"; {voice.say(f'order.{one.order.status}')}"
    return voice.say("clocks.order", ref=one.order.ref, asked=asked, day=on(one.order.imposed_on, voice)) + ended


def _lines(one: OrderClocks, since: date | None, voice: Voice) -> list[str]:
    today = voice.calendar.day(voice.now)
    return [f"· {_line(read, one, since, today, voice)}" for read in _shown(one.reads, today)]


def _shown(reads: Sequence[Reading], today: date) -> Iterable[Reading]:
    """Of a clock with many steps the next one, and the last ones before it."""
    for read in reads:
        ahead = [one for one in reads if one.clock.id == read.clock.id and not one.passed(today)]
        next_ = ahead[0].number if ahead else reads[-1].number + 1
        if not read.number or next_ - PAST <= read.number <= next_:
            yield read


def _line(read: Reading, one: OrderClocks, since: date | None, today: date, voice: Voice) -> str:
    name, due = name_of(read.clock.id, read.number, voice), on(read.due, voice)
    if read.met and read.done is not None:
        return voice.say("clocks.done", name=name, day=on(read.done, voice)) + _own(read, voice)
    if read.left_out is not None:
        return voice.say("clocks.left_out", name=name, why=voice.say(f"left_out.{read.left_out}"))
    if not read.passed(today):
        return _ahead(read, name, due, today, voice) + _own(read, voice)
    if read.done is None and since is not None and read.due < since:
        return voice.say("clocks.before", name=name, day=due)
    over = amount(Limit(read.over(today, voice.calendar), _unit(read)), voice)
    reason = one.explained.get((read.clock.id, read.number), "")
    why = f" ({voice.say(f'late.{reason}')})" if reason else ""
    if read.done is None:
        return voice.say("clocks.over", name=name, day=due, over=over) + why
    return voice.say("clocks.done_late", name=name, day=on(read.done, voice), over=over) + why


def _unit(read: Reading) -> Unit:
    return Unit.WORKING_DAYS if read.clock.limits[0].unit is Unit.WORKING_DAYS else Unit.DAYS


def _ahead(read: Reading, name: str, due: str, today: date, voice: Voice) -> str:
    if read.due == today:
        return voice.say("clocks.today", name=name)
    if _unit(read) is Unit.WORKING_DAYS:
        number = standards.working_days_between(today, read.due, voice.calendar)
    else:
        number = (read.due - today).days
    return voice.say("clocks.ahead", name=name, day=due, left=amount(Limit(number, _unit(read)), voice))


def _own(read: Reading, voice: Voice) -> str:
    """The council's own limit stands beside the national one."""
    return f"; {voice.say('clocks.own', day=on(read.local_due, voice))}" if read.local_due is not None else ""


def _buttons(one: OrderClocks, several: bool, voice: Voice) -> Rows:
    steps = dict.fromkeys(step for read in one.reads if (step := standards.recordable(read)) is not None)
    suffix = f" ({one.order.ref})" if several else ""
    buttons = [Button(voice.say(f"step.{step}") + suffix, StepAsk(one.order.id, step)) for step in steps]
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    if Milestone.LSCMI in steps:
        rows.append((Button(voice.say("step.changed") + suffix, CaseChanged(one.order.id)),))
    return tuple(rows)


# ── Putting a step on record ────────────────────────────────────────────────────────────────────────────────────────


@says("step_when")
def step_when(about: AboutClocks, voice: Voice) -> Message:
    order, step = int(voice.params["order"]), Milestone(str(voice.params["step"]))
    text = voice.say("step.when", case=about.individual.case_ref, step=voice.say(f"step.{step}"))
    near = tuple(
        voice.button(key, StepDone(order, step, ago)) for key, ago in (("step.today", 0), ("step.yesterday", 1))
    )
    other = voice.button("step.other_day", StepDay(order, step))
    return Message(text, (near, (other,), _back(about, voice)))


def _back(about: AboutClocks, voice: Voice) -> tuple[Button, ...]:
    return (voice.button("step.back", OpenClocks(about.individual.id)),)


@says("step_recorded", "step_known")
def step_recorded(about: AboutClocks, voice: Voice) -> Message:
    """What is on record now, with *Undo* for what was new."""
    new = int(voice.params["new"])
    step, day = Milestone(str(voice.params["step"])), date.fromisoformat(str(voice.params["day"]))
    said = {"case": about.individual.case_ref, "step": voice.say(f"step.{step}"), "day": on(day, voice)}
    undo = voice.button("step.undo", StepUndo(int(voice.params["order"]), step, int(f"{day:%Y%m%d}")))
    return Message(
        voice.say("step.recorded" if new else "step.known", **said), ((undo,),) * new + (_back(about, voice),)
    )


@says("step_day", "step_undone", "step_stays")
def step_asked(about: AboutNothing, voice: Voice) -> Message:
    """Sentences about one step: which of them is among the params."""
    step = voice.say(f"step.{voice.params['step']}")
    return Message(voice.say(f"step.{voice.params['says']}", case=str(voice.params["case"]), step=step))


@says("step_refused")
def step_refused(about: AboutNothing, voice: Voice) -> Message:
    day = date.fromisoformat(str(voice.params["day"]))
    return Message(voice.say("step.refused", case=str(voice.params["case"]), day=on(day, voice)))


# ── Why it was late ─────────────────────────────────────────────────────────────────────────────────────────────────


def late_lines(about: AboutItem, voice: Voice) -> list[str]:
    """Which limit was not kept, or for what an assessment may have to come sooner; nothing on any other card."""
    one = about.item
    if one.kind is Kind.ASSESS:
        return [voice.say(f"assess.{one.reason}")] if one.reason else []
    clock_id, _, number = one.reason.partition(":")
    if one.kind is not Kind.DEADLINE or not number:
        return []
    clock = voice.policy.standards.clock(clock_id)
    name = name_of(clock_id, int(number), voice)
    if clock is None or clock.several:
        return [voice.say("late.which", name=name)]
    return [voice.say("late.which_limit", name=name, limit=amount(clock.limits[0], voice))]


def late_buttons(about: AboutItem, voice: Voice) -> Rows:
    """The national table's reasons, two to a row."""
    one = about.item
    if one.kind is not Kind.DEADLINE or not one.open:
        return ()
    buttons = [voice.button(f"late.{reason}", LateBecause(one.id, reason)) for reason in Late]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


@says("late_explained", "late_known")
def late_explained(about: AboutItem, voice: Voice) -> Message:
    """What is on record; a reason that somebody gave before stands."""
    [which] = late_lines(about, voice) or [""]
    key = "late.noted" if voice.params["new"] else "late.stands"
    reason = voice.say(f"late.{voice.params['reason']}")
    return Message(f"{about.individual.case_ref}: {which} {voice.say(key, why=reason)}")


# ── In the morning ──────────────────────────────────────────────────────────────────────────────────────────────────


def due_lines(several: Sequence[DueSoon], voice: Voice) -> list[str]:
    """Limits that are near, the nearest first; nothing if there are none."""
    if not several:
        return []
    lines = [f"· {_due_line(one, voice)}" for one in several[:MOST_DUE]]
    more = [voice.say("clocks.due_more", n=len(several) - MOST_DUE)] if len(several) > MOST_DUE else []
    return [voice.say("clocks.due_heading"), *lines, *more]


def _due_line(one: DueSoon, voice: Voice) -> str:
    name = name_of(one.read.clock.id, one.read.number, voice)
    return voice.say("clocks.due_line", case=one.case_ref, name=name, day=voice.day_within(one.read.due))
