"""How a chat comes to be one person's, and how it stops being so."""

import secrets
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import invites, outbox, people
from domain.errors import ChatTaken, CodeRefused, NotKnown, TooManyCodes
from domain.outbox import NOTHING, Answer, How, Owed, Saying, Subject, To, edit, send
from domain.people import Act
from usecases import access, sittings
from usecases.service import Service, Work, use_case

CODE_BYTES = 9  # 72 bits: at least 60 are asked for


async def _make(
    service: Service, tx: AsyncConnection, individual_id: int | None, staff_id: int | None, invited_by: int | None
) -> str:
    code = secrets.token_urlsafe(CODE_BYTES)
    now = service.clock.now()
    expires = now + service.policy.invite_lasts
    await invites.make(tx, service.db.keys.hash(code), now, expires, individual_id, staff_id, invited_by)
    return code


async def make_invite(service: Service, ref: str) -> str:
    """From the command line: a new code for a case reference or a staff reference; raises NotKnown."""
    async with service.db.write() as tx:
        individual = await people.individual_by_ref(tx, ref)
        if individual is not None:
            await people.note_access(tx, service.clock.now(), None, [individual.id], Act.INVITE.value, "invited")
            return await _make(service, tx, individual.id, None, None)
        staff = await people.staff_by_ref(tx, ref)
        if staff is None:
            raise NotKnown(found=ref)
        return await _make(service, tx, None, staff.id, None)


@use_case
async def invite(work: Work, ref: str) -> Sequence[Answer]:
    """/invite REF in the chat: a link and a QR code to hold up to the person."""
    staff = await access.require(work, Act.INVITE)
    colleague = await people.staff_by_ref(work.tx, ref)
    if colleague is not None:
        await access.require(work, Act.INVITE_STAFF)
        code = await _make(work.service, work.tx, None, colleague.id, staff.id)
    else:
        individual = await people.individual_by_ref(work.tx, ref)
        await access.require_for(work, Act.INVITE, individual, "invited")
        assert individual is not None
        code = await _make(work.service, work.tx, individual.id, None, staff.id)
    return [send("invite", NOTHING, ref=ref, code=code, days=work.service.policy.invite_lasts.days)]


@use_case
async def start(work: Work, code: str) -> Sequence[Answer]:
    """/start: with a code it binds this chat to one person; without, it says again what this is."""
    if not code:
        return _welcome_back(work)
    chat_hash = work.service.db.keys.hash(work.chat_id)
    since = work.now - work.service.policy.wrong_codes_within
    if await invites.wrong_since(work.tx, chat_hash, since) >= work.service.policy.wrong_codes:
        raise TooManyCodes
    invite = await invites.use(work.tx, work.service.db.keys.hashes(code), work.now)
    if invite is None:
        await invites.note_wrong(work.tx, chat_hash, work.now)
        return [send(f"error_{CodeRefused.code}")]
    _refuse_if_taken(work, invite)
    return await _bind(work, invite, chat_hash)


def _refuse_if_taken(work: Work, invite: invites.Invite) -> None:
    """A chat is one person's. Raising undoes the use of the code, so that it still serves on the right phone."""
    mine = (work.chat.individual_id, work.chat.staff_id) if work.chat is not None else None
    if mine not in (None, (invite.individual_id, invite.staff_id)):
        raise ChatTaken


async def _bind(work: Work, invite: invites.Invite, chat_hash: str) -> Sequence[Answer]:
    if work.chat is not None:  # the same person again: the chat is theirs already
        await people.unlink_chat(work.tx, work.chat.id, work.now)
    if invite.individual_id is not None:
        individual = await people.individual(work.tx, invite.individual_id)
        language = individual.language if individual and individual.language in work.service.policy.languages else "en"
        await people.change_individual(work.tx, invite.individual_id, stopped_at=None)
        subject = Subject("individual", invite.individual_id)
        answers = [send("welcome", subject), menu(subject), send("ask_language", subject)]
        answers += [send("form", one) for one in await sittings.open_for(work.tx, invite.individual_id)]
    else:
        language, subject = "en", Subject("staff", invite.staff_id or 0)
        answers = [send("welcome_staff", subject), menu(subject)]
    before = await people.link_chat(
        work.tx, work.chat_id, chat_hash, work.now, language, invite.individual_id, invite.staff_id
    )
    if before is not None:
        await _tell_old_chat(work, before)
    return answers


async def _tell_old_chat(work: Work, chat: int) -> None:
    owed = Owed("moved_away", Subject("chat", chat), To.CHAT, work.now, step=str(work.now.timestamp()), to_id=chat)
    await outbox.owe(work.tx, owed, work.now)


def menu(subject: Subject) -> Answer:
    """The chat's list of commands, by who speaks from it."""
    return Answer(Saying("menu", subject), How.MENU)


def _welcome_back(work: Work) -> Sequence[Answer]:
    if work.individual is not None:
        return [send("help", Subject("individual", work.individual.id))]
    if work.staff is not None:
        return [send("help_staff", Subject("staff", work.staff.id))]
    return [send("error_stranger")]


@use_case
async def help_(work: Work) -> Sequence[Answer]:
    """/help: whom to ring, and what can be said here. A form that is under way makes room for it."""
    await sittings.pause(work)
    return _welcome_back(work)


@use_case
async def stop(work: Work) -> Sequence[Answer]:
    """/stop: nothing more is sent, at once and without a question. Staff keep their alerts."""
    if work.staff is not None:
        return [send("stop_staff", Subject("staff", work.staff.id))]
    individual = work.as_individual()
    await sittings.pause(work)
    await people.change_individual(work.tx, individual.id, stopped_at=work.now)
    return [send("stopped", Subject("individual", individual.id))]


@use_case
async def go_on(work: Work) -> Sequence[Answer]:
    """*Start again* after /stop."""
    individual = work.as_individual()
    await people.change_individual(work.tx, individual.id, stopped_at=None)
    return [edit("started_again", Subject("individual", individual.id))]


@use_case
async def privacy(work: Work) -> Sequence[Answer]:
    """/privacy: what is kept, for anybody who asks."""
    if work.chat is None:
        return [send("error_stranger")]
    return [send("privacy")]


@use_case
async def next_dates(work: Work) -> Sequence[Answer]:
    """/next: the dates ahead."""
    return [send("next_dates", Subject("individual", work.as_individual().id))]


@use_case
async def ask_language(work: Work) -> Sequence[Answer]:
    """/language."""
    return [send("ask_language", Subject("individual", work.as_individual().id))]


@use_case
async def choose_language(work: Work, language: str) -> Sequence[Answer]:
    """A language that the catalogue speaks, or *another*, which is then asked for in the person's own words."""
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
    return [edit("language_chosen", subject), menu(subject)]


@use_case
async def consent(work: Work, case_ref: str) -> Sequence[Answer]:
    """/consent CASE_REF: the youth team's yes to messages for somebody under 18, with who and when."""
    staff = await access.require(work, Act.CONSENT_YOUTH)
    individual = await people.individual_by_ref(work.tx, case_ref)
    await access.require_for(work, Act.CONSENT_YOUTH, individual, "youth consent")
    if individual is None or not individual.youth:
        raise NotKnown
    await people.change_individual(work.tx, individual.id, youth_consent_by=staff.id, youth_consent_at=work.now)
    return [send("consent_noted", NOTHING, case=case_ref)]
