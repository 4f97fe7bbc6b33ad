"""The Bot API methods by which a bot hears: long polling and webhooks."""

import asyncio

from sandbox.bots import Bot, Webhook
from sandbox.refusals import Json, Refused


async def get_updates(bot: Bot, p: Json) -> list[Json]:
    """Waits in real time, whatever the sandbox's clock says. A later poll ends an earlier one that still waits."""
    _no_webhook(bot)
    if "allowed_updates" in p:
        bot.allowed_updates = p["allowed_updates"]
    bot.poll += 1
    mine = bot.poll
    bot.confirm(p.get("offset", 0))
    loop = asyncio.get_running_loop()
    ends = loop.time() + min(p.get("timeout", 0), bot.longest_poll)
    while True:
        seen = bot.pulse.version
        if bot.poll != mine:
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        _no_webhook(bot)
        if bot.pending or not await bot.pulse.past(seen, ends - loop.time()):
            return bot.pending[: min(max(p.get("limit", 100), 1), 100)]


def set_webhook(bot: Bot, p: Json) -> bool:
    """Unlike Telegram's, a sandbox's webhook may be plain http: it never leaves the machine."""
    if p.get("drop_pending_updates"):
        bot.pending.clear()
    if "allowed_updates" in p:
        bot.allowed_updates = p["allowed_updates"]
    url = p["url"]
    if url and not url.startswith(("https://", "http://")):
        raise Refused.bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    bot.webhook = Webhook(url, p.get("secret_token"), p.get("max_connections", 40)) if url else None
    bot.pulse.beat()
    return True


def delete_webhook(bot: Bot, p: Json) -> bool:
    return set_webhook(bot, {"url": ""} | p)


def get_webhook_info(bot: Bot, p: Json) -> Json:
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(bot.pending)}
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    if bot.webhook:
        info |= {"url": bot.webhook.url, "max_connections": bot.webhook.max_connections}
        if bot.webhook.last_error:
            at, what = bot.webhook.last_error
            info |= {"last_error_date": int(at.timestamp()), "last_error_message": what}
    return info


def _no_webhook(bot: Bot) -> None:
    if bot.webhook:
        raise Refused(
            409,
            "Conflict: can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first",
        )
