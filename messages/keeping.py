"""What is said about what is kept: for how long, how to see it, how it goes; and the answers to /hold and /release."""

from datetime import date

from domain.facts import AboutIndividual, AboutNothing
from domain.orders import Hold
from messages.actions.keeping import SetHold
from messages.compose import Message, Voice, says
from messages.staff import date_line

TOLD = ("words", "link_after_stop", "link_after_end", "own_answers", "case", "access")  # of all rules, those told here


def _period(id_: str, voice: Voice) -> str:
    rule = voice.policy.retention.rules[id_]
    if rule.for_good:
        return voice.say("keep.for_good")
    if rule.years is not None:
        return voice.say("keep.years", n=rule.years)
    return voice.say("keep.days", n=rule.days or 0)


@says("privacy")
def privacy(about: AboutNothing, voice: Voice) -> Message:
    """What is kept, and each period from the one file that says how long."""
    told = [id_ for id_ in TOLD if id_ in voice.policy.retention.rules]
    lines = [voice.say(f"keep.{id_}", period=_period(id_, voice)) for id_ in told]
    return Message("\n".join([voice.say("privacy.kept"), "", *lines, "", voice.say("privacy.ask", ring=voice.ring())]))


@says("my_data_asked")
def my_data_asked(about: AboutIndividual, voice: Voice) -> Message:
    by = voice.on(date.fromisoformat(str(voice.params["by"])))
    return Message(voice.say("privacy.my_data", by=by, ring=voice.ring()))


@says("forget_asked")
def forget_asked(about: AboutIndividual, voice: Voice) -> Message:
    """Staff decide; and what must stay, and for how long."""
    told = [id_ for id_ in ("case", "access") if id_ in voice.policy.retention.rules]
    stays = [voice.say(f"keep.{id_}", period=_period(id_, voice)) for id_ in told]
    lines = [voice.say("privacy.forget", read=voice.read_by()), "", *stays, "", voice.say("privacy.forget_stop")]
    return Message("\n".join([*lines, voice.ring()]))


@says("hold_ask")
def hold_ask(about: AboutIndividual, voice: Voice) -> Message:
    one = about.individual
    buttons = tuple((voice.button(f"hold.{kind}", SetHold(one.id, kind)),) for kind in Hold)
    return Message(voice.say("hold.ask", case=one.case_ref), buttons)


@says("hold_set")
def hold_set(about: AboutNothing, voice: Voice) -> Message:
    kind = voice.say(f"hold.{voice.params['why']}")
    return Message(voice.say("hold.set", case=voice.params["case"], kind=kind))


@says("hold_until_set")
def hold_until_set(about: AboutNothing, voice: Voice) -> Message:
    day = voice.on(date.fromisoformat(str(voice.params["day"])))
    return Message(voice.say("hold.until_set", case=voice.params["case"], day=day))


@says("hold_no_order")
def hold_no_order(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("hold.no_order", case=voice.params["case"]))


@says("hold_day_refused")
def hold_day_refused(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("hold.day_refused", case=voice.params["case"]))


@says("hold_none")
def hold_none(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("hold.none", case=about.individual.case_ref))


@says("hold_lifted")
def hold_lifted(about: AboutIndividual, voice: Voice) -> Message:
    """Expected again: the next date, if there is one."""
    said = voice.say("hold.lifted", case=about.individual.case_ref)
    return Message(f"{said}\n{date_line(about.ahead[0], voice)}" if about.ahead else said)


@says("legal_hold_on")
def legal_hold_on(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("hold.legal_on", case=voice.params["case"]))


@says("legal_hold_off")
def legal_hold_off(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("hold.legal_off", case=voice.params["case"]))
