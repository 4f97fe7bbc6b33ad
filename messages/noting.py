"""Notes: about one person, about somebody who is on no list; and a register that was typed."""

from domain.attendance import Outcome, Page, Record
from domain.facts import AboutAppointment, AboutLine, AboutNote, AboutNothing, AboutSession
from messages import staff
from messages.actions.register import LineIsAbout, TakeNote
from messages.compose import Button, Message, Voice, says
from messages.giving import session_line
from messages.register import back, heading, noted, shown_name


@says("note_ask")
def note_ask(about: AboutAppointment, voice: Voice) -> Message:
    lines = [voice.say("register.note_ask", name=shown_name(about.individual, voice)), *noted(about, voice)]
    return Message("\n".join(lines), (back(about.appointment.id, Page.PERSON, voice),))


@says("note_kept")
def note_kept(about: AboutAppointment, voice: Voice) -> Message:
    return Message(voice.say("register.note_kept", name=shown_name(about.individual, voice)))


@says("note_too_long")
def note_too_long(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("register.note_too_long", most=int(voice.params["most"])))


@says("not_listed_ask")
def not_listed_ask(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("register.not_listed_ask"))


@says("not_listed_kept")
def not_listed_kept(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("register.not_listed_kept"))


@says("not_listed")
def not_listed(about: AboutNote, voice: Voice) -> Message:
    """To those who work with the people of that session: where, who says so, the words, and who has it."""
    note = about.note
    place = about.place.nickname if about.place else ""
    where = " · ".join(part for part in (voice.day(note.day), place) if part)
    text = voice.say("register.not_listed_told", where=where, name=about.by.name, words=note.words)
    if about.taken_by is not None and note.taken_at is not None:
        taken = voice.say("register.taken", name=about.taken_by.name, when=voice.when(note.taken_at))
        return Message(f"{text}\n{taken}")
    return Message(text, ((voice.button("register.take", TakeNote(note.id)),),))


@says("line_which")
def line_which(about: AboutLine, voice: Voice) -> Message:
    """Which of several sessions a typed register is about."""
    rows = [
        (Button(session_line(one, voice), LineIsAbout(about.note.id, one.appointment_id)),) for one in about.sessions
    ]
    return Message(voice.say("register.line_which"), tuple(rows))


@says("line_unclear")
def line_unclear(about: AboutSession, voice: Voice) -> Message:
    """What was understood and what was not. Nothing of it is recorded."""
    lines = [heading(about, voice), voice.say("register.line_nothing")]
    names = {row.appointment.id: f"{n}. {shown_name(row.individual, voice)}" for n, row in enumerate(about.rows, 1)}
    for part in filter(None, str(voice.params["understood"]).split("+")):
        id_, _, outcome = part.partition("=")
        words = staff.outcome_alone(Record(Outcome(outcome), voice.now), voice)
        lines.append(voice.say("register.line_understood", name=names.get(int(id_), ""), outcome=words))
    lines += _refused(str(voice.params["refused"]), voice)
    if voice.params["unclear"]:
        lines.append(voice.say("register.line_unclear", words=str(voice.params["unclear"])))
    elif not voice.params["refused"] and not voice.params["understood"]:
        lines.append(voice.say("register.line_nobody"))
    return Message("\n".join([*lines, voice.say("register.line_again")]))


def _refused(numbers: str, voice: Voice) -> list[str]:
    """Whose it is that cannot be recorded so, and why not: a line for each reason."""
    known = [part.split("=") for part in filter(None, numbers.split("+"))]
    return [
        voice.say(f"register.line_{why}", numbers=", ".join(number for number, one in known if one == why))
        for why in dict.fromkeys(why for _, why in known)
    ]
