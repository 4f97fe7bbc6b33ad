"""How hours stand, as staff read it: the word of the colour first, then why, and what is on our side apart."""

from datetime import date

from domain.facts import AboutIndividual, AboutOrder, AboutProgress, Asked
from domain.forecast import Forecast, Light, Missed, Side, Why
from domain.progress import Books, Cause, Ends, Shift, level
from domain.slipping import PAGE, Progress, View
from messages.actions.progress import AskExtension, Extended, OrderHours, ProgressPage
from messages.compose import Button, Message, Voice, says
from messages.hours import amount
from messages.individual import sentences

LAST = 8  # dates on an order's page
WITHIN = 14  # days before the end date that are counted in days, not weeks
NEAR_CEILING = 80  # per cent of the other activity that counts


# ── The light and its reason ────────────────────────────────────────────────────────────────────────────────────────


def reason(one: Progress, voice: Voice) -> str:
    """*Amber: 14 hours left, 3 weeks to go, nothing booked after 2 Dec. 6 hours of what is left were lost to us.*"""
    facts = ", ".join(part for part in (_left(one, voice), _to_go(one, voice), _booked(one, voice)) if part)
    first = voice.say("progress.light", light=voice.say(f"light.{one.forecast.light}"), facts=facts)
    return sentences(first, _why(one, voice), _ours(one, voice), _missed(one.forecast.missed, voice))


def _left(one: Progress, voice: Voice) -> str:
    if one.books.done:
        return voice.say("progress.done")
    return voice.say("progress.left", hours=amount(one.books.left, voice))


def _to_go(one: Progress, voice: Voice) -> str:
    if one.target is None or one.books.done:
        return ""
    days = (one.target.day - voice.calendar.day(voice.now)).days
    if days < 0:
        return voice.say("progress.past", day=_date(one.target.day, voice))
    if days < WITHIN:
        return voice.say({0: "progress.today", 1: "progress.day_to_go"}.get(days, "progress.days_to_go"), n=days)
    return voice.say("progress.weeks_to_go", n=days // 7)


def _booked(one: Progress, voice: Voice) -> str:
    """Nothing if all that is left is booked, or nobody is expected."""
    stands = one.forecast
    if stands.covered or stands.why is Why.HELD:
        return ""
    if stands.last_booked is None:
        return voice.say("progress.nothing_booked")
    return voice.say("progress.nothing_after", day=_date(stands.last_booked, voice))


def _why(one: Progress, voice: Voice) -> str:
    """What is not said by the amounts alone."""
    stands, weeks = one.forecast, voice.policy.progress.pace_weeks
    pace = _pace(stands.pace or 0, voice)
    finish, by_pace = (_date(day, voice) if day else "" for day in (stands.finish, stands.by_pace))
    match stands.why:
        case Why.LATE if stands.covered:
            return voice.say("progress.late_booked", day=finish)
        case Why.LATE:
            return voice.say("progress.late", pace=pace, day=finish)
        case Why.CLOSE:
            return voice.say("progress.close", day=finish)
        case Why.SLOW:
            return voice.say("progress.slow", pace=pace, day=by_pace)
        case Why.NO_PACE:
            return voice.say("progress.no_pace", n=weeks)
        case Why.NOT_BOOKED | Why.NEW:
            return voice.say("progress.not_begun", n=stands.working_day)
        case Why.HELD:
            return voice.say("progress.held")
        case Why.NO_END_DATE:
            return voice.say("progress.no_end")
    return ""


def _ours(one: Progress, voice: Voice) -> str:
    """What is on our side, and what the light would be but for that."""
    stands, parts = one.forecast, []
    if one.books.lost_open:
        parts.append(voice.say("progress.lost", hours=amount(one.books.lost_open, voice)))
    if stands.unrecorded:
        parts.append(voice.say("progress.unrecorded", n=stands.unrecorded))
    if stands.without_us not in (None, stands.light):
        parts.append(voice.say("progress.without_us", light=voice.say(f"light.{stands.without_us}.inline")))
    elif stands.side is Side.SERVICE:
        parts.append(voice.say("progress.ours"))
    return " ".join(parts)


def _missed(missed: Missed, voice: Voice) -> str:
    """Of each miss what somebody decided. What nobody has decided says nothing."""
    if not missed.all:
        return ""
    counts = {"accepted": missed.accepted, "not_accepted": missed.not_accepted, "unknown": missed.unknown}
    parts = ", ".join(voice.say(f"progress.missed.{name}", n=n) for name, n in counts.items() if n)
    return voice.say("progress.missed", weeks=voice.policy.progress.pace_weeks, n=missed.all, parts=parts)


# ── The lists ───────────────────────────────────────────────────────────────────────────────────────────────────────


@says("progress")
def progress(about: AboutProgress, voice: Voice) -> Message:
    """How many of each colour; then one list, a page of it, each line with its reason."""
    view, first = View(str(voice.params["view"])), int(voice.params["first"])
    total = int(voice.params[f"in_{view}"])
    shown = list(enumerate(about.orders, first + 1))
    heading = voice.say(f"progress.{view}", n=total)
    lines = [_counts(voice), "", heading, *(_line(n, one, about, voice) for n, one in shown)]
    buttons = tuple((_open(n, one, about, voice),) for n, one in shown)
    turns = [
        ("repairs.before", first // PAGE - 1, first > 0),
        ("repairs.after", first // PAGE + 1, first + PAGE < total),
    ]
    turn = tuple(voice.button(key, ProgressPage(view, to)) for key, to, there in turns if there)
    return Message("\n".join(lines), tuple(row for row in (*buttons, turn, *_others(view, voice)) if row))


def _counts(voice: Voice) -> str:
    """A word for each colour, never the colour alone."""
    counts = {light: int(voice.params[f"of_{light}"]) for light in Light}
    parts = ", ".join(
        voice.say("progress.count", light=voice.say(f"light.{light}.inline"), n=n) for light, n in counts.items() if n
    )
    total = sum(counts.values())
    return voice.say("progress.heading", n=total, counts=parts) if total else voice.say("progress.nobody")


def _others(view: View, voice: Voice) -> tuple[tuple[Button, ...], ...]:
    """The other lists that have somebody on them."""
    counts = {other: int(voice.params[f"in_{other}"]) for other in View if other is not view}
    return tuple(
        (voice.button(f"button.progress_{other}", ProgressPage(other, 0), n=n),) for other, n in counts.items() if n
    )


def _name(one: Progress, about: AboutProgress) -> str:
    """The case and the order: somebody may have several orders, which are never added."""
    return f"{about.case_refs[one.order.id]}, {one.order.ref}"


def _line(n: int, one: Progress, about: AboutProgress, voice: Voice) -> str:
    return f"{n}. {_name(one, about)} – {reason(one, voice)}"


def _open(n: int, one: Progress, about: AboutProgress, voice: Voice) -> Button:
    return Button(voice.say("progress.open", n=n, case=_name(one, about)), OrderHours(one.order.id))


# ── One order ───────────────────────────────────────────────────────────────────────────────────────────────────────


@says("order_hours")
def order_hours(about: AboutOrder, voice: Voice) -> Message:
    """The whole books, with what they rest on."""
    one = about.progress
    lines = [_case(about, voice), reason(one, voice), "", *_books(one.books, voice), _end(one, voice)]
    lines += [*_forecast(one.forecast, voice), *_extensions(about, voice), *_last(one, voice)]
    return Message("\n".join(lines), _buttons(about, voice))


def _case(about: AboutOrder, voice: Voice) -> str:
    order, case = about.progress.order, about.individual.case_ref
    day, year = voice.on(order.imposed_on), order.imposed_on.year
    return voice.say("progress.case", case=case, ref=order.ref, day=day, year=year)


def _books(books: Books, voice: Voice) -> list[str]:
    """Each number by itself; they add up: left = ordered + adjusted − credited."""
    say = {name: amount(getattr(books, name), voice) for name in ("ordered", "worked", "credited", "left")}
    sign = "−" if books.adjusted < 0 else "+"
    lines = [voice.say("books.ordered", hours=say["ordered"])]
    if books.adjusted:
        lines.append(voice.say("books.adjusted", hours=f"{sign}{amount(abs(books.adjusted), voice)}"))
    other = amount(books.other_credited, voice)
    credited = {"hours": say["credited"], "worked": say["worked"], "other": other}
    if books.lost_credited:
        lines.append(voice.say("books.credited_lost", **credited, lost=amount(books.lost_credited, voice)))
    else:
        lines.append(voice.say("books.credited", **credited))
    lines.append(voice.say("books.left", hours=say["left"]))
    return [*lines, *_other(books, voice), *_lost(books, voice)]


def _other(books: Books, voice: Voice) -> list[str]:
    """Said once other activity comes near its ceiling."""
    most = amount(books.ceiling, voice)
    if books.other_above:
        return [voice.say("books.other_above", hours=amount(books.other_above, voice), most=most)]
    if books.other and books.other * 100 >= books.ceiling * NEAR_CEILING:
        return [voice.say("books.other_near", hours=amount(books.other, voice), most=most)]
    return []


def _lost(books: Books, voice: Voice) -> list[str]:
    if not books.lost:
        return []
    named = sorted(books.lost_by.items(), key=lambda one: (-one[1], one[0]))
    causes = ", ".join(f"{voice.say(f'cause.{cause}')} {amount(n, voice)}" for cause, n in named)
    key = "books.lost_counted" if books.lost_credited else "books.lost"
    return [voice.say(key, hours=amount(books.lost, voice), causes=causes)]


def _end(one: Progress, voice: Voice) -> str:
    """The level is of the hours imposed; whose the end date is stands beside it."""
    found = level(one.order.hours)
    name = voice.say("books.level", n=found.value) if found is not None else voice.say("books.no_level")
    if one.target is None:
        return name
    key = "books.end_court" if one.target.by is Ends.COURT else "books.end_level"
    return sentences(name, voice.say(key, day=voice.on(one.target.day), year=one.target.day.year))


def _forecast(stands: Forecast, voice: Voice) -> list[str]:
    if stands.finish is None or stands.why in (Why.DONE, Why.HELD):
        return []
    day, year, booked = voice.on(stands.finish), stands.finish.year, amount(stands.booked, voice)
    if stands.pace is None:
        return [voice.say("books.forecast_booked", day=day, year=year, booked=booked)]
    return [voice.say("books.forecast", day=day, year=year, booked=booked, pace=_pace(stands.pace, voice))]


def _date(day: date, voice: Voice) -> str:
    """With its year, if that is another one."""
    return voice.on(day) if day.year == voice.calendar.day(voice.now).year else f"{voice.on(day)} {day.year}"


def _pace(minutes: float, voice: Voice) -> str:
    """To the half hour: it is no more exact than that."""
    return amount(round(minutes / 30) * 30, voice)


def _extensions(about: AboutOrder, voice: Voice) -> list[str]:
    """Requests for more time, by whose side the cause is on."""
    found: dict[str, list[Asked]] = {}
    for one in about.extensions:
        found.setdefault(one.cause if one.cause in set(Cause) else "unsaid", []).append(one)
    return [
        voice.say(f"extension.{cause}", n=len(several), days="; ".join(_asked(one, voice) for one in several))
        for cause, several in sorted(found.items())
    ]


def _asked(one: Asked, voice: Voice) -> str:
    return f"{voice.on(one.day)}, {one.by.name}" if one.by is not None else voice.on(one.day)


def _last(one: Progress, voice: Voice) -> list[str]:
    """The last dates that have begun, latest first."""
    begun = [shift for shift in one.known.shifts if shift.starts_at <= voice.now or shift.standing is not None]
    latest = sorted(begun, key=lambda shift: (shift.starts_at, shift.id), reverse=True)[:LAST]
    lines = [f"· {voice.on(shift.day)} – {_became(shift, voice)}" for shift in latest]
    return ["", voice.say("books.last"), *lines] if lines else []


def _became(shift: Shift, voice: Voice) -> str:
    """Its outcome and cause, what is credited for it, and what was lost."""
    stands = shift.standing
    if stands is None:
        return voice.say("outcome.none")
    cause = f" ({voice.say(f'cause.{stands.cause}')})" if stands.cause else ""
    worked = voice.say("books.worked", hours=amount(shift.worked, voice)) if shift.worked else ""
    lost = voice.say("books.lost_that_day", hours=amount(shift.lost, voice)) if shift.lost else ""
    outcome = voice.say(f"outcome.{stands.outcome}") + cause
    return ", ".join(part for part in (outcome, worked, lost) if part)


def _buttons(about: AboutOrder, voice: Voice) -> tuple[tuple[Button, ...], ...]:
    order = about.progress.order.id
    today = any(one.by is not None and one.day == voice.calendar.day(voice.now) for one in about.extensions)
    ask = voice.button("button.extension", AskExtension(order))
    undo = voice.button("button.extension_taken_back", Extended(order, Cause.TAKEN_BACK))
    back = voice.button("button.progress", ProgressPage(View.SLIPPING, 0))
    return tuple((one,) for one in ((ask, undo, back) if today else (ask, back)))


@says("extension_why")
def extension_why(about: AboutOrder, voice: Voice) -> Message:
    """Whose side is it on? Asked, never guessed."""
    order = about.progress.order.id
    causes = (Cause.PERSON, Cause.SERVICE)
    buttons = tuple((voice.button(f"button.extension_{cause}", Extended(order, cause)),) for cause in causes)
    back = (voice.button("button.extension_back", OrderHours(order)),)
    return Message(voice.say("extension.why", case=about.individual.case_ref), (*buttons, back))


@says("progress_none")
def progress_none(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("progress.none_of_person", case=about.individual.case_ref))
