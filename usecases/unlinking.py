"""The wrong phone: whoever invited takes the link back, or whoever holds the phone says *This is not me*."""

from collections.abc import Sequence

from db import invites, people
from domain.errors import NotKnown
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act
from usecases import access, enrolment, hiding
from usecases.service import Work, use_case


@use_case
async def undo(work: Work, invite_id: int) -> Sequence[Answer]:
    """*Undo* below *has linked a phone*: the chat is nobody's again. What is owed to the person stays owed."""
    invite = await _within_reach(work, invite_id)
    subject = Subject("invite", invite.id)
    if invite.undone_at is not None:
        return [edit("link_undone", subject)]
    if await _too_late(work, invite):
        return [edit("link_stays", subject)]
    await invites.undo(work.tx, invite.id, work.now)
    chat = await people.linked_chat(work.tx, invite.individual_id, invite.staff_id)
    if chat is not None:
        await _clear(work, chat)
        await enrolment.tell_chat(work, chat.id, "chat_closed")
    return [edit("link_undone", subject)]


@use_case
async def not_me(work: Work) -> Sequence[Answer]:
    """*This is not me*: nothing more is said here, what was said is taken away, and staff find another way."""
    individual = work.as_individual()
    assert work.chat is not None
    await _clear(work, work.chat)
    invite = await invites.last_used(work.tx, individual.id)
    if invite is not None:
        await invites.undo(work.tx, invite.id, work.now)
    subject, invited_by = Subject("individual", individual.id), invite.invited_by if invite is not None else None
    await enrolment.tell_of_link(work, "link_not_me", subject, str(work.update_id), individual.id, invited_by)
    return [send("chat_closed")]


async def _within_reach(work: Work, invite_id: int) -> invites.Invite:
    """An invitation that was used, if the speaker may invite the same person; the same refusal otherwise."""
    invite = await invites.invite(work.tx, invite_id)
    if invite is None or invite.used_at is None:
        await access.require(work, Act.INVITE)
        raise NotKnown
    if invite.individual_id is None:
        await access.require(work, Act.INVITE_STAFF)
    else:
        individual = await people.individual(work.tx, invite.individual_id)
        await access.require_for(work, Act.INVITE, individual, "link undone")
    return invite


async def _too_late(work: Work, invite: invites.Invite) -> bool:
    """After some days, or once the person has linked another phone since."""
    assert invite.used_at is not None
    return work.now - invite.used_at > work.service.policy.undo_within or await invites.used_since(work.tx, invite)


async def _clear(work: Work, chat: people.Chat) -> None:
    """Nobody's chat any more, and nothing left standing in it that is somebody's."""
    await people.unlink_chat(work.tx, chat.id, work.now)
    await hiding.take_all(work.tx, chat.id, work.now)
