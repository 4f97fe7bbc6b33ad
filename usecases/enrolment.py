"""How a chat comes to be one person's: by a link, and by four digits that were told aloud."""

import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db import invites, outbox, people
from domain.compliance import UNTIL_TOLD
from domain.errors import ChatTaken, CodeRefused, NotKnown, TooManyCodes
from domain.outbox import NOTHING, Answer, How, Owed, Saying, Subject, To, edit, send
from domain.people import Act
from usecases import access, offering, reaching, sittings, unlocking, withdrawing
from usecases.service import Service, Work, use_case

CODE_BYTES = 9  # 72 bits: at least 60 are asked for
DIGITS = 4  # one in 10,000, of which an invitation allows `Policy.wrong_digits` tries


@dataclass(frozen=True)
class Invitation:
    """What is given to the person: the code in a link, and the digits by word of mouth."""

    code: str
    digits: str


async def _make(
    service: Service, tx: AsyncConnection, individual_id: int | None, staff_id: int | None, invited_by: int | None
) -> Invitation:
    made = Invitation(secrets.token_urlsafe(CODE_BYTES), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}")
    now = service.clock.now()
    expires = now + service.policy.invite_lasts
    hashed = service.db.keys.hash(made.code)
    await invites.make(tx, hashed, made.digits, now, expires, individual_id, staff_id, invited_by)
    return made


async def make_invite(service: Service, ref: str) -> Invitation:
    """From the command line: a new code for a case reference or a staff reference; raises NotKnown."""
    async with service.db.write() as tx:
        individual = await people.individual_by_ref(tx, ref)
        if individual is not None:
            await record.note(tx, service.clock.now(), None, [individual.id], Act.INVITE.value, "invited")
            return await _make(service, tx, individual.id, None, None)
        staff = await people.staff_by_ref(tx, ref)
        if staff is None:
            raise NotKnown(found=ref)
        return await _make(service, tx, None, staff.id, None)


@use_case
async def invite(work: Work, ref: str) -> Sequence[Answer]:
    """/invite REF in the chat: a link and a QR code to hold up to the person, and apart from it what to tell them."""
    staff = await access.require(work, Act.INVITE)
    colleague = await people.staff_by_ref(work.tx, ref)
    if colleague is not None:
        await access.require(work, Act.INVITE_STAFF)
        made = await _make(work.service, work.tx, None, colleague.id, staff.id)
    else:
        individual = await people.individual_by_ref(work.tx, ref)
        await access.require_for(work, Act.INVITE, individual, "invited")
        assert individual is not None
        made = await _make(work.service, work.tx, individual.id, None, staff.id)
    return [
        send("invite", NOTHING, ref=ref, code=made.code, days=work.service.policy.invite_lasts.days),
        send("invite_digits", NOTHING, ref=ref, digits=made.digits),
    ]


# ── The person's side ───────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def start(work: Work, code: str) -> Sequence[Answer]:
    """/start: with a code it asks for the digits; without, it begins again for whoever has stopped, and says what this
    is to anybody else."""
    if not code:
        return await (_go_on(work) if _has_stopped(work) else _welcome_back(work))
    chat_hash = work.service.db.keys.hash(work.chat_id)
    since = work.now - work.service.policy.wrong_codes_within
    if await invites.wrong_since(work.tx, chat_hash, since) >= work.service.policy.wrong_codes:
        raise TooManyCodes
    invite = await invites.with_code(work.tx, work.service.db.keys.hashes(code), work.now)
    if invite is None:
        await invites.note_wrong(work.tx, chat_hash, work.now)
        return [send(f"error_{CodeRefused.code}")]
    if work.chat is None:
        await invites.ask(work.tx, invite.id, work.service.db.keys.hashes(work.chat_id))
        return [send("ask_digits")]
    return await _from_a_known_chat(work, work.chat, invite)


async def _from_a_known_chat(work: Work, chat: people.Chat, invite: invites.Invite) -> Sequence[Answer]:
    """A chat is one person's. Its own person begins anew; anybody else is refused, and the code is not spent."""
    if (chat.individual_id, chat.staff_id) != (invite.individual_id, invite.staff_id):
        await tell_inviter(work, invite, "link_taken")
        return [send(f"error_{ChatTaken.code}")]
    if not await invites.spend(work.tx, invite.id, work.now):
        return [send(f"error_{CodeRefused.code}")]
    return await _greet(work, invite)


async def prove(work: Work, text: str) -> Sequence[Answer]:
    """What an unknown chat types: the digits that it was asked for, or words for which nobody is there."""
    invite = await invites.asked_of(work.tx, work.service.db.keys.hashes(work.chat_id), work.now)
    if invite is None:
        return [send("error_stranger")]
    typed = _digits(text)
    if len(typed) != DIGITS:
        return [send("ask_digits")]
    if hmac.compare_digest(typed, invite.digits):
        return await _bind(work, invite)
    wrong = await invites.note_wrong_digits(work.tx, invite.id)
    if wrong < work.service.policy.wrong_digits:
        return [send("digits_wrong")]
    await invites.kill(work.tx, invite.id, work.now)
    await tell_inviter(work, invite, "link_dead")
    return [send("digits_dead")]


def _digits(text: str) -> str:
    """The digits in some words, in whatever script they were typed."""
    return "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())


async def _bind(work: Work, invite: invites.Invite) -> Sequence[Answer]:
    if not await invites.spend(work.tx, invite.id, work.now):
        return [send(f"error_{CodeRefused.code}")]
    answers = await _greet(work, invite)
    who = (invite.individual_id, invite.staff_id)
    chat_hash = work.service.db.keys.hash(work.chat_id)
    language = await _language(work, invite)
    before = await people.link_chat(work.tx, work.chat_id, chat_hash, work.now, language, *who)
    if before is not None:
        await tell_chat(work, before, "moved_away")
    if invite.individual_id is not None:
        await reaching.found(work.service, work.tx, invite.individual_id)
    if invite.staff_id is not None:
        await outbox.hurry(work.tx, work.now)
    await tell_inviter(work, invite, "linked")
    return answers


async def _language(work: Work, invite: invites.Invite) -> str:
    individual = await people.individual(work.tx, invite.individual_id) if invite.individual_id is not None else None
    return individual.language if individual and individual.language in work.service.policy.languages else "en"


async def _greet(work: Work, invite: invites.Invite) -> Sequence[Answer]:
    """What this is. Messages to an individual begin again, and fall back to discreet words without a name."""
    if invite.individual_id is None:
        subject = Subject("staff", invite.staff_id or 0)
        welcome = [send("welcome_staff", subject), menu(subject), send("first_steps", subject)]
        return [*welcome, *await unlocking.first(work, subject.id)]
    subject = Subject("individual", invite.individual_id)
    await people.change_individual(work.tx, subject.id, stopped_at=None, name_agreed=False, plain=False)
    answers = [send("welcome", subject), menu(subject), send("ask_language", subject, linking=1)]
    return answers + [send("form", one) for one in await offering.open_for(work.tx, subject.id)]


async def tell_chat(work: Work, chat: int, kind: str) -> None:
    """Owes a word to a chat (its row), linked or not any more."""
    owed = Owed(kind, Subject("chat", chat), To.CHAT, work.now, step=str(work.now.timestamp()), to_id=chat)
    await outbox.owe(work.tx, owed, work.now)


async def tell_inviter(work: Work, invite: invites.Invite, kind: str) -> None:
    """Owes news of an invitation, once of a kind. Of a colleague's that the command line made, nobody hears. One that
    took the place of another may have its number on SQLite, but not its moment."""
    if invite.individual_id is None and invite.invited_by is None:
        return
    which = invite.made_at.isoformat()
    await tell_of_link(work, kind, Subject("invite", invite.id), which, invite.individual_id, invite.invited_by)


async def tell_of_link(
    work: Work, kind: str, subject: Subject, step: str, individual_id: int | None, invited_by: int | None
) -> None:
    """Owes news of a link to whoever invited, or else to whoever is there for the person when it is told."""
    owed = Owed(
        kind=kind,
        subject=subject,
        to=To.NEAREST,
        due_at=work.now,
        step=step,
        to_id=invited_by,
        individual_id=individual_id,
        family=UNTIL_TOLD,
    )
    await outbox.owe(work.tx, owed, work.now)


def menu(subject: Subject) -> Answer:
    """The chat's list of commands, by who speaks from it."""
    return Answer(Saying("menu", subject), How.MENU)


def _has_stopped(work: Work) -> bool:
    return work.individual is not None and work.individual.stopped


async def _welcome_back(work: Work) -> Sequence[Answer]:
    if work.chat is None and await invites.asked_of(work.tx, work.service.db.keys.hashes(work.chat_id), work.now):
        return [send("ask_digits")]
    if work.individual is not None:
        return [send("help", Subject("individual", work.individual.id))]
    if work.staff is not None:
        return [send("help_staff", Subject("staff", work.staff.id))]
    return [send("error_stranger")]


@use_case
async def help_(work: Work) -> Sequence[Answer]:
    """/help: whom to ring, and what can be said here. A form that is under way makes room for it."""
    await sittings.pause(work)
    answers = await _welcome_back(work)
    sent = await withdrawing.can_take_back(work) if work.individual is not None else []
    answers = [send("help", one.saying.subject, form=sent[0].id) for one in answers] if sent else answers
    return [send("help_stopped", answers[0].saying.subject), *answers] if _has_stopped(work) else answers


@use_case
async def stop(work: Work) -> Sequence[Answer]:
    """/stop: nothing more is sent, at once and without a question, by text neither. Staff keep their alerts."""
    if work.staff is not None:
        return [send("stop_staff", Subject("staff", work.staff.id))]
    individual = work.as_individual()
    await sittings.pause(work)
    await people.change_individual(work.tx, individual.id, stopped_at=work.now, texts_stopped_at=work.now)
    return [send("stopped", Subject("individual", individual.id))]


@use_case
async def go_on(work: Work) -> Sequence[Answer]:
    """*Start again* after /stop."""
    return await _go_on(work)


async def _go_on(work: Work) -> Sequence[Answer]:
    individual = work.as_individual()
    await people.change_individual(work.tx, individual.id, stopped_at=None)
    return [edit("started_again", Subject("individual", individual.id))]


@use_case
async def next_dates(work: Work) -> Sequence[Answer]:
    """/next: the dates ahead."""
    return [send("next_dates", Subject("individual", work.as_individual().id))]


@use_case
async def ask_language(work: Work) -> Sequence[Answer]:
    """/language."""
    return [send("ask_language", Subject("individual", work.as_individual().id))]


@use_case
async def choose_language(work: Work, language: str, linking: bool) -> Sequence[Answer]:
    """A language that the catalogue speaks, or *another*, which is then asked for in the person's own words. On a
    phone that has just been linked, what may be shown on it is asked next."""
    individual = work.as_individual()
    assert work.chat is not None
    subject = Subject("individual", individual.id)
    if language == "other":
        await people.change_individual(work.tx, individual.id, language_wish="")
        return [edit("language_other", subject)]
    if language not in work.service.policy.languages:
        return [send("ask_language", subject)]
    await people.change_individual(work.tx, individual.id, language=language, language_wish=None)
    await people.change_chat(work.tx, work.chat.id, language=language)
    asked = [send("ask_name", subject)] if linking else []
    return [edit("language_chosen", subject), menu(subject), *asked, *await sittings.open_again(work)]
