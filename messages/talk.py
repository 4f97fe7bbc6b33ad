"""The conversation between an individual and the service, as each side reads it; and what is said about danger."""

from domain.compliance import Kind
from domain.facts import AboutIndividual, AboutItem, AboutNothing, AboutSaid, Remark
from domain.retrying import NO_ANSWER
from messages.actions.staff import Show
from messages.actions.talk import ReadOn
from messages.asking import promise
from messages.compose import Button, Message, Voice, says

QUOTED = 900  # characters of the newest words on a card, which holds more than these
PAGE = 1_900  # characters on one page of the conversation: a message holds 4,096 UTF-16 code units, a character two
TALKED_OF = frozenset({Kind.WORDS, Kind.DANGER, Kind.COMPLAINT, Kind.MY_DATA, Kind.FORGET, Kind.HOURS, Kind.NEED})


# ── What an individual reads ────────────────────────────────────────────────────────────────────────────────────────


@says("passed_on")
def passed_on(about: AboutIndividual, voice: Voice) -> Message:
    """Who has been sent it, and by when somebody else is; out of hours, that nobody reads now and when somebody may."""
    which = voice.say("talk.which_date") if voice.params.get("which") else ""
    first = "" if voice.params.get("told") == "nobody" else voice.say("talk.passed_on")
    told = promise(voice, about.individual, about.worker)
    return Message(" ".join(part for part in (which, first, told, _next_opening(voice), voice.ring()) if part))


def _next_opening(voice: Voice) -> str:
    opening = voice.calendar.next_opening(voice.now)
    return "" if opening == voice.now else voice.say("talk.opening", when=voice.when(opening))


@says("only_words")
def only_words(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("talk.only_words", ring=voice.ring()))


@says("answer")
def answer(about: AboutSaid, voice: Voice) -> Message:
    """A person's own words, signed with a name only if that was agreed for this phone."""
    named = about.by is not None and about.by_worker and about.individual.name_agreed
    name = about.by.first_name if about.by is not None and named else ""
    sign = voice.say("talk.signed", name=name) if name else voice.say("talk.unsigned")
    return Message("\n\n".join(part for part in (about.said.words, sign) if part), media=about.said.media)


@says("danger")
def danger(about: AboutIndividual, voice: Voice) -> Message:
    """Whom to ring, first; then what happens next, as it is: no promise, and nothing about what was meant."""
    lines = [voice.crisis(), _phone(voice), _told(voice)]
    if not voice.params.get("whole"):
        lines.append(voice.say("danger.part"))
    return Message("\n\n".join(line for line in lines if line))


def _phone(voice: Voice) -> str:
    """The service's own number while somebody picks it up; out of hours the one that the council has named for then."""
    if voice.calendar.open_at(voice.now):
        return voice.say("ring.duty", phone=voice.policy.phone) if voice.policy.phone else ""
    number = voice.policy.out_of_hours_phone
    return voice.say("danger.phone", phone=number) if number else ""


def _told(voice: Voice) -> str:
    told = voice.params["told"]
    return voice.say(f"danger.{told}", when=voice.when(voice.calendar.next_opening(voice.now)))


@says("danger_stranger")
def danger_stranger(about: AboutNothing, voice: Voice) -> Message:
    """To a chat that we know nobody by: nothing is kept, and they are told whom to ring. If it may be somebody whom we
    know, what they texted is passed on."""
    passed_on = "danger.stranger_heard" if voice.params.get("heard") else "danger.stranger"
    return Message(f"{voice.crisis()}\n\n{voice.say(passed_on)}")


# ── What staff read ─────────────────────────────────────────────────────────────────────────────────────────────────


def words_lines(about: AboutItem, voice: Voice) -> list[str]:
    """The words that a card is about, the newest if there are many; then how the talk went, and how to answer. What a
    form asks for is codes, and said elsewhere."""
    words = about.item.words if about.item.kind is not Kind.NEED else ""
    quote = [f"“{words if len(words) <= QUOTED else '… ' + words[-QUOTED:]}”"] if words else []
    if not _talked_of(about):
        return quote
    if about.item.kind is Kind.WORDS:  # said there, word for word, with its moments
        quote = []
    if about.item.kind is Kind.DANGER and about.item.apart:
        quote.append(voice.say("item.danger_in_a_form"))
    spoken = _pages(about, voice, QUOTED)
    heading = [voice.say("item.talk")] if spoken and quote else []
    return [*quote, *heading, *spoken[:1], voice.say("item.how_to_answer")]


def _talked_of(about: AboutItem) -> bool:
    """Whether the conversation belongs on the card: always of some kinds, else once there has been any about it."""
    return about.item.kind in TALKED_OF or any(one.said.item_id == about.item.id for one in about.talk)


def more_talk(about: AboutItem, voice: Voice) -> tuple[tuple[Button, ...], ...]:
    """A way to the rest of the conversation, if it does not fit on the card."""
    if not _talked_of(about) or len(_pages(about, voice, QUOTED)) < 2:
        return ()
    return ((voice.button("button.talk", ReadOn(about.item.id, 0)),),)


@says("talk_page")
def talk_page(about: AboutItem, voice: Voice) -> Message:
    """One page of the conversation, the newest first; those before and after it are a tap away."""
    pages = _pages(about, voice, PAGE)
    page = min(int(voice.params.get("page", 0)), max(len(pages) - 1, 0))
    heading = voice.say("item.talk_page", case=about.individual.case_ref)
    buttons = []
    if page + 1 < len(pages):
        buttons.append(voice.button("button.earlier", ReadOn(about.item.id, page + 1)))
    if page > 0:
        buttons.append(voice.button("button.later", ReadOn(about.item.id, page - 1)))
    return Message("\n".join([heading, *pages[page : page + 1]]), (tuple(buttons),) if buttons else ())


def _pages(about: AboutItem, voice: Voice, size: int) -> list[str]:
    """The conversation cut into pages, the newest first: whole lines where they fit, else what fits of one."""
    pages: list[str] = []
    for line in reversed([_line(one, voice) for one in about.talk]):
        pieces = [line[at : at + size] for at in range(0, len(line), size)]
        for piece in reversed(pieces):
            if pages and len(pages[-1]) + len(piece) < size:
                pages[-1] = f"{piece}\n{pages[-1]}"
            else:
                pages.append(piece)
    return pages


def _line(remark: Remark, voice: Voice) -> str:
    """Who, when, what: *Mon 23 Nov at 9:00, Kirsty Muir: “Take the 22.”*"""
    one = remark.said
    who = remark.by.name if remark.by is not None else voice.say("item.they")
    media = voice.say(f"item.{one.media.form}") if one.media is not None else ""
    lost = voice.say("item.not_sent") if one.ended in ("unreachable", "failed", "suppressed", "cancelled") else ""
    lost = voice.say("item.perhaps_sent") if one.ended == NO_ANSWER else lost
    words = f"“{one.words}”" if one.words else ""
    said = " ".join(part for part in (media, words, lost) if part)
    return voice.say("item.remark", when=voice.when(one.at), who=who, said=said)


@says("said_media")
def said_media(about: AboutSaid, voice: Voice) -> Message:
    """The photo or the voice note itself."""
    text = voice.say("item.media", case=about.individual.case_ref, when=voice.when(about.said.at))
    return Message(text, media=about.said.media)


@says("item_again")
def item_again(about: AboutItem, voice: Voice) -> Message:
    """More was said about something that is in hand. What was said stands behind *Show*."""
    key = "item.again_urgent" if about.item.kind is Kind.DANGER else "item.again"
    key = "item.again_tapped" if voice.params.get("tapped") else key
    show = voice.button("button.show", Show(about.item.id))
    return Message(voice.say(key, case=about.individual.case_ref), ((show,),))


@says("answer_ended")
def answer_ended(about: AboutSaid, voice: Voice) -> Message:
    """What became of an answer. Sent is not read."""
    case, reason = about.individual.case_ref, str(voice.params.get("reason", ""))
    if not reason:
        return Message(voice.say("item.answer_sent", case=case))
    if reason == NO_ANSWER:
        return Message(voice.say("item.answer_perhaps_sent", case=case))
    reason = "not_linked" if reason.startswith("texts_") and reason not in WHY else reason
    known = reason if reason in WHY else "hold" if reason.startswith("hold_") else "refused"
    why = voice.say(f"item.why.{known}")
    return Message(voice.say("item.answer_not_sent", case=case, why=why))


WHY = (
    "stopped",
    "staff_contact_only",
    "youth_without_consent",
    "not_linked",
    "blocked",
    "died",
    "texts_wrong",
    "texts_trouble",
)


@says("answer_nobody")
def answer_nobody(about: AboutItem, voice: Voice) -> Message:
    return Message(voice.say("item.answer_nobody", case=about.individual.case_ref))


@says("answer_too_long")
def answer_too_long(about: AboutItem, voice: Voice) -> Message:
    return Message(voice.say("item.answer_too_long", case=about.individual.case_ref))
