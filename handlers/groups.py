"""Only private chats count: added to a group, the bot leaves. And a person who blocks the bot is on record."""

from telegram import Chat, ChatMember, Update

from handlers.door import Context, service_of, turn_of
from usecases import incoming


async def leave(update: Update, context: Context) -> None:
    if update.effective_chat is not None and update.effective_chat.type != Chat.PRIVATE:
        await context.bot.leave_chat(update.effective_chat.id)


async def membership(update: Update, context: Context) -> None:
    """Blocked, unblocked, or added somewhere."""
    change = update.my_chat_member
    if change is None or change.chat.type != Chat.PRIVATE:
        if change is None or change.new_chat_member.status not in (ChatMember.LEFT, ChatMember.BANNED):
            await leave(update, context)
        return
    if change.new_chat_member.status == ChatMember.BANNED:
        await incoming.blocked(service_of(context), turn_of(update))
