"""Own words at the end: what whoever reads them first is shown, and what the person is asked."""

from domain.facts import AboutNothing
from domain.moderating import ASK_FOR, AboutQuote, AboutQuoting, Allowed, Unread, Verdict
from domain.outcomes import Period
from messages import words
from messages.actions.moderating import (
    AnswerQuote,
    AnswerQuoteFor,
    AskQuoteAgain,
    AskQuoteForAgain,
    Judge,
    NextText,
    TakeNamesOut,
)
from messages.compose import Message, Voice, says

# ── What a moderator reads ──────────────────────────────────────────────────────────────────────────────────────────


@says("moderate")
def moderate(about: AboutQuote, voice: Voice) -> Message:
    """One text, with the quarter and what its writer allowed; nothing of who that is."""
    quote, period = about.quote, Period.quarter(about.quote.quarter)
    when = {"number": (period.first.month + 2) // 3, "year": period.first.year}
    question = voice.say(about.question) if words.knows(about.question) else ""
    asked = [voice.say("moderate.look")] if quote.allowed is not Allowed.NO else []
    lines = [
        voice.say("moderate.heading", n=int(voice.params.get("n", 1)), **when),
        question,
        f"“{quote.shown}”",
        voice.say(f"moderate.allowed_{quote.allowed}"),
        *asked,
    ]
    rows = [(voice.button(f"moderate.fine_{quote.allowed}", Judge(quote.id, Verdict.FINE)),)]
    if quote.allowed is not Allowed.NO:
        rows.append((voice.button("moderate.names", TakeNamesOut(quote.id)),))
        rows.append((voice.button("moderate.unfit", Judge(quote.id, Verdict.UNFIT)),))
    rows.append((voice.button("moderate.danger", Judge(quote.id, Verdict.DANGER)),))
    rows.append((voice.button("moderate.next", NextText(quote.id)),))
    return Message("\n\n".join(line for line in lines if line), tuple(rows))


@says("moderate_none")
def moderate_none(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("moderate.none"))


@says("moderate_type")
def moderate_type(about: AboutQuote, voice: Voice) -> Message:
    """What came was too long, or nothing, where `found` says so."""
    if "found" in voice.params:
        values = {"found": int(voice.params["found"]), "most": int(voice.params["most"])}
        return Message(voice.say("moderate.type_again", **values))
    return Message(voice.say("moderate.type"))


def unread_line(unread: Unread, voice: Voice) -> str:
    """How many wait, and for how long; empty if nothing does."""
    if not unread.count:
        return ""
    key = "moderate.waiting_long" if unread.weeks else "moderate.waiting"
    return voice.say(key, n=unread.count, weeks=unread.weeks)


# ── What the person reads ───────────────────────────────────────────────────────────────────────────────────────────


@says("quote_ask")
def quote_ask(about: AboutQuoting, voice: Voice) -> Message:
    """Their words as they would be printed, and a free choice."""
    if not about.quotes:
        return Message(voice.say("quote.over"))
    shown = [f"“{one.shown}”" for one in about.quotes]
    yes = voice.button("quote.yes", AnswerQuote(about.sitting_id, 1))
    no = voice.button("quote.no", AnswerQuote(about.sitting_id, 0))
    return Message("\n\n".join([voice.say("quote.ask"), *shown]), ((yes,), (no,)))


@says("quote_answered")
def quote_answered(about: AboutQuoting, voice: Voice) -> Message:
    """What was noted, and a way back from it."""
    text = voice.say("quote.agreed" if voice.params.get("agreed") else "quote.refused")
    return Message(text, ((voice.button("quote.again", AskQuoteAgain(about.sitting_id)),),))


# ── What whoever asked them by phone or on paper reads ──────────────────────────────────────────────────────────────


@says("quote_ask_for")
def quote_ask_for(about: AboutQuoting, voice: Voice) -> Message:
    """The words to read out to them, and what they say to it."""
    case = about.individual.case_ref
    if not about.quotes:
        return Message(voice.say("quote.for_over", case=case))
    since = min(one.asked_at for one in about.quotes if one.asked_at is not None)
    shown = [f"“{one.shown}”" for one in about.quotes]
    yes = voice.button("quote.for_yes", AnswerQuoteFor(about.sitting_id, 1))
    no = voice.button("quote.for_no", AnswerQuoteFor(about.sitting_id, 0))
    lines = [voice.say("quote.for_ask", case=case), *shown]
    lines.append(voice.say("quote.for_until", day=voice.on(voice.calendar.day(since + ASK_FOR))))
    return Message("\n\n".join(lines), ((yes,), (no,)))


@says("quote_noted")
def quote_noted(about: AboutQuoting, voice: Voice) -> Message:
    text = voice.say(
        "quote.for_agreed" if voice.params.get("agreed") else "quote.for_refused", case=about.individual.case_ref
    )
    return Message(text, ((voice.button("quote.for_again", AskQuoteForAgain(about.sitting_id)),),))
