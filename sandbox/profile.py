"""The Bot API methods about the bot itself: who it is, its menus, its files, the chats that it is in."""

import re
from collections.abc import Callable

from sandbox import people
from sandbox.bots import Bot
from sandbox.chats import Standing
from sandbox.refusals import Json, Refused

MOST_COMMANDS = 100


def get_me(bot: Bot, p: Json) -> Json:
    return bot.user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(bot: Bot, p: Json) -> bool:
    if len(p["commands"]) > MOST_COMMANDS:
        raise Refused.bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in p["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise Refused.bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise Refused.bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_scope(bot, p)] = p["commands"]
    bot.pulse.beat()
    return True


def get_my_commands(bot: Bot, p: Json) -> list[Json]:
    return bot.commands.get(_scope(bot, p), [])


def delete_my_commands(bot: Bot, p: Json) -> bool:
    bot.commands.pop(_scope(bot, p), None)
    bot.pulse.beat()
    return True


def text_setter(name: str, longest: int) -> Callable[[Bot, Json], bool]:
    """setMyName, setMyDescription and setMyShortDescription differ in a word and a length."""

    def setter(bot: Bot, p: Json) -> bool:
        text, language = p.get(name, ""), p.get("language_code", "")
        if len(text) > longest:
            raise Refused.bad_request(f"BOT_{name.upper()}_INVALID")
        bot.texts[name, language] = text
        if name == "name" and text and not language:
            bot.name = text
        return True

    return setter


def text_getter(name: str) -> Callable[[Bot, Json], Json]:
    """The words for a language, otherwise those for every language."""

    def getter(bot: Bot, p: Json) -> Json:
        default = bot.texts.get((name, ""), bot.name if name == "name" else "")
        return {name: bot.texts.get((name, p.get("language_code", ""))) or default}

    return getter


def set_chat_menu_button(bot: Bot, p: Json) -> bool:
    if "chat_id" in p:
        bot.chat(p["chat_id"])
    return True


def get_chat(bot: Bot, p: Json) -> Json:
    chat = bot.chat(p["chat_id"])
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return chat.wire() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def leave_chat(bot: Bot, p: Json) -> bool:
    chat = bot.chat(p["chat_id"])
    if chat.private:
        raise Refused.bad_request("chat not found")
    chat.must_be_open()
    chat.standing = Standing.LEFT
    bot.tell(bot.name, "leaves", "", chat)
    people.membership(bot, chat, bot.user(), stays=False, stayed=True)
    return True


def get_file(bot: Bot, p: Json) -> Json:
    stored = bot.files.get(p["file_id"])
    if stored is None:
        raise Refused.bad_request("invalid file_id")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


def log_out(bot: Bot, p: Json) -> bool:
    return True


def _scope(bot: Bot, p: Json) -> tuple[str, int, str]:
    scope = p.get("scope", {"type": "default"})
    if "chat_id" in scope:
        bot.chat(scope["chat_id"])
    return scope["type"], scope.get("chat_id", 0), p.get("language_code", "")
