"""What staff read of leave: when, who covers, what is passed on, and what happened meanwhile."""

from datetime import date, timedelta

from domain import days, desk
from domain.caseload import first_of_page, may_cover
from domain.days import Span
from domain.desk import Open, Placed
from domain.facts import AboutLeave
from domain.people import Staff
from messages.actions.cover import AwayCover, AwayDays, AwayOther, Back, TakeOver
from messages.actions.staff import Show
from messages.compose import Button, Message, Voice, says
from messages.desk import why

PAGE = 8  # colleagues on one message
LINES = 15  # open things on one message; /desk has them all
DUTY = 0
DAY = timedelta(days=1)

Row = tuple[Button, ...]


@says("away_when")
def away_when(about: AboutLeave, voice: Voice) -> Message:
    """Which days? With a leave that runs or lies ahead comes the way to end it."""
    today = voice.calendar.day(voice.now)
    friday = days.coming_friday(today)
    offers = {
        "away.today": today,
        "away.until_friday": friday,
        "away.one_week": today + DAY * 6,
        "away.two_weeks": today + DAY * 13,
    }
    rows = [
        (voice.button(key, _days(about.staff, Span(today, last)), day=voice.on(last)),) for key, last in offers.items()
    ]
    leave = about.staff.leave
    lines = [voice.say("away.when", name=about.staff.name)]
    if leave is not None and leave.last >= today:
        lines.insert(0, _sentence(about, voice))
        rows.append((voice.button("away.back", Back(about.staff.id)),))
    return Message("\n".join(lines), tuple(rows))


def _days(staff: Staff, span: Span, page: int = 0) -> AwayDays:
    return AwayDays(staff.id, span.first.toordinal(), span.last.toordinal(), page)


def span_of(voice: Voice) -> Span:
    """The days that are being asked for."""
    return Span(date.fromordinal(int(voice.params["first"])), date.fromordinal(int(voice.params["last"])))


@says("away_who")
def away_who(about: AboutLeave, voice: Voice) -> Message:
    """Who covers? First of all, why somebody who was picked cannot."""
    span, one = span_of(voice), about.staff
    could = may_cover(about.everybody, one, span)
    first = first_of_page(len(could), int(voice.params["page"]), PAGE)
    lines = [voice.say("away.days", name=one.name, days=_in_words(span, voice))]
    if (no := _cannot(about, span, voice)) != "":
        lines.insert(0, no)
    lines.append(voice.say("away.who"))
    rows: list[Row] = [
        (Button(_label(other, one, voice), AwayCover(one.id, *_ordinals(span), other.id)),)
        for other in could[first : first + PAGE]
    ]
    page = first // PAGE
    around = [("repairs.before", page - 1, first > 0), ("repairs.after", page + 1, first + PAGE < len(could))]
    rows.append(tuple(voice.button(key, _days(one, span, to)) for key, to, there in around if there))
    rows.append((voice.button("away.duty", AwayCover(one.id, *_ordinals(span), DUTY)),))
    rows.append((voice.button("away.other_days", AwayOther(one.id)),))
    return Message("\n".join(lines), tuple(row for row in rows if row))


def _ordinals(span: Span) -> tuple[int, int]:
    return span.first.toordinal(), span.last.toordinal()


def _label(other: Staff, one: Staff, voice: Voice) -> str:
    return voice.say("away.usual", name=other.name) if other.id == one.cover_id else other.name


def _cannot(about: AboutLeave, span: Span, voice: Voice) -> str:
    """Why whoever was picked cannot cover, or the usual cover; nothing if both can."""
    picked = about.everybody.get(int(voice.params.get("not_", 0)))
    usual = about.everybody.get(about.staff.cover_id or 0)
    if picked is not None:
        return voice.say(f"away.cannot_{voice.params['why']}", name=picked.name)
    if usual is not None and usual not in may_cover(about.everybody, about.staff, span):
        return voice.say("away.usual_cannot", name=usual.name)
    return ""


def _in_words(span: Span, voice: Voice) -> str:
    if span.first == span.last:
        return voice.say("away.one_day", day=voice.day_within(span.first))
    return voice.say("away.span", first=voice.day_within(span.first), last=voice.day_within(span.last))


@says("away_set")
def away_set(about: AboutLeave, voice: Voice) -> Message:
    """One sentence, and how to end it."""
    lines = [_sentence(about, voice)]
    lines += _runs(about, voice)
    if voice.params.get("alone"):
        lines.append(voice.say("away.no_manager"))
    how = "away.end_mine" if voice.params.get("me") else "away.end_theirs"
    lines.append(voice.say(how, ref=about.staff.ref))
    return Message("\n".join(lines), ((voice.button("away.back", Back(about.staff.id)),),))


def _runs(about: AboutLeave, voice: Voice) -> list[str]:
    """Sessions that somebody else has to run, and who is asked about them; dates that only their own people have."""
    name, lines = about.staff.name, []
    if sessions := int(voice.params.get("sessions", 0)):
        ids = [int(id_) for id_ in str(voice.params.get("asked", "")).split("+") if id_]
        names = ", ".join(about.everybody[id_].name for id_ in ids if id_ in about.everybody)
        lines.append(
            voice.say("away.sessions" if names else "away.sessions_nobody", n=sessions, name=name, names=names)
        )
    if own := int(voice.params.get("own", 0)):
        key = "away.own" if about.cover is not None else "away.own_duty"
        lines.append(voice.say(key, n=own, name=name, cover=about.cover.name if about.cover is not None else ""))
    return lines


def _sentence(about: AboutLeave, voice: Voice) -> str:
    """*Orla Reid is away from tomorrow to Wed 2 Dec; Kirsty Muir covers.*"""
    leave = about.staff.leave
    if leave is None:
        return voice.say("away.not_away", name=about.staff.name)
    covers = _covers(about, voice)
    span = Span(leave.first, leave.last)
    return voice.say("away.sentence", name=about.staff.name, days=_in_words(span, voice), covers=covers)


def _covers(about: AboutLeave, voice: Voice) -> str:
    if about.cover is not None:
        return voice.say("away.covers", name=about.cover.name)
    return voice.say("away.duty_covers")


@says("leave_begins")
def leave_begins(about: AboutLeave, voice: Voice) -> Message:
    """To whoever covers: until when, and what is open."""
    lines = [_sentence(about, voice), *_open_lines(about, voice)]
    return Message("\n".join(lines), _open_buttons(about, voice))


def _open_lines(about: AboutLeave, voice: Voice) -> list[str]:
    if not about.open:
        return [voice.say("away.nothing_open")]
    lines = [f"{n}. {_line(one, voice)}" for n, one in enumerate(about.open[:LINES], 1)]
    more = [voice.say("away.more", n=len(about.open) - LINES)] if len(about.open) > LINES else []
    return [voice.say("away.open", n=len(about.open)), *lines, *more]


def _line(one: Open, voice: Voice) -> str:
    return f"{one.case_ref}: {why(Placed(one, desk.reason(one, voice.now, voice.calendar)), voice)}"


def _open_buttons(about: AboutLeave, voice: Voice) -> tuple[Row, ...]:
    """*Show* of each; and what whoever is away had taken on, somebody else can take over."""
    return tuple(_buttons_of(n, one, about, voice) for n, one in enumerate(about.open[:LINES], 1))


def _buttons_of(n: int, one: Open, about: AboutLeave, voice: Voice) -> Row:
    show = Button(voice.say("queue.show", n=n, case=one.case_ref), Show(one.item.id))
    theirs = about.on and one.item.claimed_by == about.staff.id
    return (show, voice.button("away.take_over", TakeOver(one.item.id))) if theirs else (show,)


@says("leave_over")
def leave_over(about: AboutLeave, voice: Voice) -> Message:
    """To whoever returns: what was closed meanwhile and by whom, and what is still open."""
    lines = [voice.say("away.welcome_back", name=about.staff.first_name)]
    if about.closed:
        lines += [
            voice.say("away.closed", n=len(about.closed)),
            *(f"· {_done(one, voice)}" for one in about.closed[:LINES]),
        ]
        if len(about.closed) > LINES:
            lines.append(voice.say("away.closed_more", n=len(about.closed) - LINES))
    else:
        lines.append(voice.say("away.nothing_closed"))
    return Message("\n".join([*lines, *_open_lines(about, voice)]), _open_buttons(about, voice))


def _done(one: Open, voice: Voice) -> str:
    """*C1: can't make it, Kirsty Muir, Tue 24 Nov at 9:05.*"""
    kind = voice.say(f"item.{one.item.kind}.short")
    when = voice.when(one.item.closed_at) if one.item.closed_at is not None else ""
    key = "away.closed_by" if one.holder else "away.closed_line"
    return voice.say(key, case=one.case_ref, kind=kind, when=when, name=one.holder)


@says("leave_ended")
def leave_ended(about: AboutLeave, voice: Voice) -> Message:
    return Message(voice.say("away.ended", name=about.staff.name))


@says("back_done")
def back_done(about: AboutLeave, voice: Voice) -> Message:
    key = "away.back_mine" if voice.params.get("me") else "away.back_theirs"
    return Message(voice.say(key, name=about.staff.name))


@says("back_not_away")
def back_not_away(about: AboutLeave, voice: Voice) -> Message:
    return Message(voice.say("away.not_away_me" if voice.params.get("me") else "away.not_away", name=about.staff.name))


@says("away_refused")
def away_refused(about: object, voice: Voice) -> Message:
    return Message(voice.say(f"away.refused_{voice.params['why']}"))
