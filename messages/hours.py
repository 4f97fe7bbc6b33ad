"""Hours as an individual reads them: done, left, the end date if it is sure, the next date."""

from domain.facts import AboutIndividual, AboutItem, AboutOrder
from domain.progress import HOUR, Books, Ends
from messages.actions.progress import HoursWrong
from messages.asking import promise
from messages.compose import Message, Voice, says
from messages.individual import sentences


def amount(minutes: float, voice: Voice) -> str:
    """*6 hours*, *1 hour*, *6 hours 30 minutes*, *45 minutes*."""
    hours, rest = divmod(round(minutes), HOUR)
    whole = voice.say("hours.one" if hours == 1 else "hours.n", n=hours)
    if not rest:
        return whole
    part = voice.say("hours.minutes", n=rest)
    return voice.say("hours.both", hours=whole, minutes=part) if hours else part


@says("hours")
def hours(about: AboutOrder, voice: Voice) -> Message:
    """Each thing on a line of its own. What was lost to us says so, and that it is not their fault."""
    heading = _from(about, voice) if about.several else ""
    lines = (heading, _done(about, voice), _lost(about, voice), _rules(about, voice), _end(about, voice))
    text = "\n".join(line for line in (*lines, _next(about, voice)) if line)
    return Message(text, ((voice.button("button.hours_wrong", HoursWrong(about.progress.order.id)),),))


def _from(about: AboutOrder, voice: Voice) -> str:
    """Which of several it is: by the day that it is from."""
    day = about.progress.order.imposed_on
    return voice.say("hours.from", day=voice.on(day), year=day.year)


def _done(about: AboutOrder, voice: Voice) -> str:
    books = about.progress.books
    if books.done:
        return voice.say("hours.all_done")
    done, left, whole = (amount(one, voice) for one in (books.credited, books.left, books.to_do))
    waits = voice.say("hours.unrecorded") if about.progress.forecast.unrecorded else ""
    return sentences(voice.say("hours.done", done=done, left=left, whole=whole), waits)


def _lost(about: AboutOrder, voice: Voice) -> str:
    books = about.progress.books
    if not books.lost:
        return ""
    counts = voice.say("hours.lost_count" if voice.policy.progress.lost_counts else "hours.lost_do_not_count")
    return sentences(voice.say("hours.lost", hours=amount(books.lost, voice)), counts)


def _rules(about: AboutOrder, voice: Voice) -> str:
    """What counts here and what does not, where councils differ; and what is above the ceiling."""
    travel = voice.say("hours.travel_counts" if voice.policy.progress.travel_counts else "hours.travel_does_not_count")
    return sentences(travel, _above(about.progress.books, voice))


def _above(books: Books, voice: Voice) -> str:
    if not books.other_above:
        return ""
    most, above = amount(books.ceiling, voice), amount(books.other_above, voice)
    return voice.say("hours.above", most=most, above=above)


def _end(about: AboutOrder, voice: Voice) -> str:
    """Only a date that the court itself has set, that is still ahead, and that nobody has asked to be moved is sure."""
    if about.progress.books.done:
        return ""
    end = about.progress.target
    sure = end is not None and end.by is Ends.COURT and end.day >= voice.calendar.day(voice.now)
    if end is None or not sure or about.extensions:
        return voice.say("hours.end_unsure")
    return voice.say("hours.end", day=voice.on(end.day), year=end.day.year)


def _next(about: AboutOrder, voice: Voice) -> str:
    one = about.progress.forecast.next_shift
    if one is None:
        return "" if about.progress.books.done else voice.say("hours.nothing_booked")
    return voice.say("hours.next", day=voice.day_within(one.day), time=voice.at(one.starts_at))


@says("hours_none")
def hours_none(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("hours.none", ring=voice.ring()))


@says("hours_wrong")
def hours_wrong(about: AboutOrder, voice: Voice) -> Message:
    return Message(sentences(_from(about, voice) if about.several else "", voice.say("hours.wrong")))


@says("hours_noted")
def hours_noted(about: AboutItem, voice: Voice) -> Message:
    """Who looks at it, and by when somebody else does."""
    told = promise(voice, about.individual, about.worker)
    return Message(voice.say("hours.noted", promise=told, ring=voice.ring()))
