"""What managers are told about the service itself: the kill switch, what came late, what did not come at all."""

from datetime import UTC, datetime

from domain.facts import AboutImport, AboutNothing, AboutPause
from messages.actions.watching import Pause, Resume
from messages.compose import Message, Voice, says


@says("pause_sure")
def pause_sure(about: AboutPause, voice: Voice) -> Message:
    lines = ("pause.sure", "pause.held", "pause.goes_on", "pause.meanwhile")
    return Message("\n".join(map(voice.say, lines)), ((voice.button("button.pause", Pause()),),))


@says("sending_paused")
def sending_paused(about: AboutPause, voice: Voice) -> Message:
    if about.since is None:
        return Message(voice.say("pause.none"))
    said = voice.say("pause.paused", when=voice.when(about.since), name=_name(about, voice))
    return Message(f"{said}\n{_waiting(about, voice)}\n{voice.say('pause.end')}")


@says("sending_still_paused")
def sending_still_paused(about: AboutPause, voice: Voice) -> Message:
    return Message(f"{voice.say('pause.still')}\n{sending_paused(about, voice).text}")


@says("pause_none")
def pause_none(about: AboutPause, voice: Voice) -> Message:
    return Message(voice.say("pause.none"))


@says("resume_sure")
def resume_sure(about: AboutPause, voice: Voice) -> Message:
    lines = (voice.say("resume.sure"), _waiting(about, voice), voice.say("resume.means"))
    return Message("\n".join(lines), ((voice.button("button.resume", Resume()),),))


@says("sending_resumed")
def sending_resumed(about: AboutPause, voice: Voice) -> Message:
    return Message(voice.say("resume.done", name=_name(about, voice)))


def _name(about: AboutPause, voice: Voice) -> str:
    return about.by.name if about.by is not None else voice.say("pause.command_line")


def _waiting(about: AboutPause, voice: Voice) -> str:
    return voice.say("pause.waiting", alerts=about.alerts, messages=about.messages)


@says("alert_late")
def alert_late(about: AboutNothing, voice: Voice) -> Message:
    if "sent" in voice.params:
        return Message(voice.say("watch.alert_late", due=_when("due", voice), sent=_when("sent", voice)))
    return Message(voice.say("watch.alert_waits", due=_when("due", voice), seen=_when("seen", voice)))


@says("gap_behind")
def gap_behind(about: AboutNothing, voice: Voice) -> Message:
    """When it was, and what became of the messages that fell due meanwhile."""
    key = "watch.stopped" if voice.params["stopped"] else "watch.stuck"
    said = voice.say(key, start=_when("start", voice), end=_when("end", voice))
    late, missed = voice.params["late"], voice.params["missed"]
    return Message(f"{said} {voice.say('watch.fell_due', late=late, missed=missed)}")


@says("import_refused")
def import_refused(about: AboutImport, voice: Voice) -> Message:
    said = voice.say("watch.import_refused", n=voice.params["problems"])
    return Message(f"{said} {_last_import(voice)}" if voice.params["last"] else said)


@says("import_overdue")
def import_overdue(about: AboutImport, voice: Voice) -> Message:
    return Message(f"{voice.say('watch.import_overdue', n=voice.params['days'])} {_last_import(voice)}")


def _last_import(voice: Voice) -> str:
    return voice.say("watch.import_last", when=_when("last", voice))


def _when(name: str, voice: Voice) -> str:
    """A moment that was handed on as seconds since 1970."""
    return voice.when(datetime.fromtimestamp(int(voice.params[name]), UTC))
