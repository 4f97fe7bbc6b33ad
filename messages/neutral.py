"""What staff read about questionnaires: who asks where the chat cannot, how each stands, that an order has ended. Never
what was answered."""

from domain.compliance import Kind
from domain.facts import AboutItem
from domain.neutral import PAGE, WORDS, AboutNeutral, AboutStages, Standing, first_of_page
from domain.offering import Said, kind_of
from domain.questionnaires import Way
from messages.actions.forms import FormTake
from messages.actions.offering import ConfirmEnd, NameOne, NameWhom, Offered
from messages.compose import Button, Message, Voice, says

Rows = tuple[tuple[Button, ...], ...]
WHYS = (
    *("not_linked", "blocked", "stopped", "staff_contact_only", "youth_without_consent", "refused", "no_answer"),
    *("hold_custody", "hold_hospital", "hold_suspended"),
)  # why a form is not offered in the chat, of which there are words; of any other the first stands


def why_not(code: str, voice: Voice) -> str:
    """Why the chat cannot ask: half a sentence."""
    return voice.say(f"neutral.why_{code if code in WHYS else WHYS[0]}")


# ── On the manager's list ───────────────────────────────────────────────────────────────────────────────────────────


def ask_lines(about: AboutItem, voice: Voice) -> list[str]:
    """Why somebody is to be named, on the card that asks for it."""
    if about.item.kind is not Kind.ASK:
        return []
    if about.item.reason == WORDS:
        return [voice.say("neutral.because_words"), voice.say("neutral.who_may")]
    return [voice.say("neutral.because", why=why_not(about.item.reason, voice)), voice.say("neutral.who_may")]


def ask_buttons(about: AboutItem, voice: Voice) -> Rows:
    """*Name somebody*, for whoever may."""
    if about.item.kind is not Kind.ASK or not about.item.open or not voice.params.get("names"):
        return ()
    return ((voice.button("neutral.button_name", NameWhom(about.item.id, 0)),),)


@says("neutral_whom")
def neutral_whom(about: AboutNeutral, voice: Voice) -> Message:
    """Who could ask, a page at a time."""
    item = int(voice.params["item"])
    case, total = about.individual.case_ref, len(about.could)
    if not about.could:
        return Message(voice.say("neutral.nobody", case=case))
    first = first_of_page(total, int(voice.params.get("page", 0)))
    shown = about.could[first : first + PAGE]
    around = [
        ("repairs.before", first // PAGE - 1, first > 0),
        ("repairs.after", first // PAGE + 1, first + PAGE < total),
    ]
    turn = tuple(voice.button(key, NameWhom(item, page)) for key, page, there in around if there)
    names = tuple((Button(one.name, NameOne(item, one.id)),) for one in shown)
    text = voice.say("neutral.whom", case=case)
    if about.helper is not None:
        text += f"\n{voice.say('neutral.is_named', name=about.helper.name)}"
    return Message(text, (*names, *((turn,) if turn else ())))


@says("neutral_named")
def neutral_named(about: AboutNeutral, voice: Voice) -> Message:
    """To whoever named somebody."""
    name = about.helper.name if about.helper is not None else ""
    again = ((voice.button("neutral.button_other", NameWhom(int(voice.params["item"]), 0)),),)
    return Message(voice.say("neutral.named", case=about.individual.case_ref, name=name), again)


# ── To whoever asks ─────────────────────────────────────────────────────────────────────────────────────────────────


@says("neutral_asked")
def neutral_asked(about: AboutNeutral, voice: Voice) -> Message:
    """One message with all that they need: why, how, and what to tap afterwards."""
    case, by = about.individual.case_ref, about.named_by.name if about.named_by is not None else ""
    if not about.open:
        return Message(voice.say("neutral.over", case=case))
    lines = [
        voice.say("neutral.asked", case=case, name=by),
        voice.say("neutral.because", why=why_not(about.why, voice)),
    ]
    return Message("\n\n".join([*lines, voice.say("neutral.how")]), _ways(about, voice) + _came(about, voice))


def _ways(about: AboutNeutral, voice: Voice) -> Rows:
    ways = (Way.PHONE, Way.PAPER)
    return tuple((voice.button(f"neutral.button_{way}", FormTake(about.sitting_id, way)),) for way in ways)


def _came(about: AboutNeutral, voice: Voice) -> Rows:
    return tuple((voice.button(f"neutral.button_{said}", Offered(about.sitting_id, said)),) for said in Said)


@says("neutral_freed")
def neutral_freed(about: AboutNeutral, voice: Voice) -> Message:
    return Message(voice.say("neutral.freed", case=about.individual.case_ref))


@says("form_offer_noted")
def form_offer_noted(about: AboutNeutral, voice: Voice) -> Message:
    """What was put on record. Whoever left a paper, or waits for an answer, goes on from here (`helps`)."""
    said = Said(str(voice.params["said"]))
    goes_on = about.open and said is Said.LATER and voice.params.get("helps")
    no = ((voice.button("neutral.button_no", Offered(about.sitting_id, Said.NO)),),)
    text = voice.say(f"neutral.noted_{said}", case=about.individual.case_ref)
    return Message(text, _ways(about, voice) + no if goes_on else ())


@says("form_offer_over")
def form_offer_over(about: AboutNeutral, voice: Voice) -> Message:
    return Message(voice.say("neutral.over", case=about.individual.case_ref))


# ── On the case card ────────────────────────────────────────────────────────────────────────────────────────────────


def form_line(forms: tuple[Standing, ...], voice: Voice) -> str:
    """*Questionnaires: at the start, finished Tue 24 Nov; at the end, not offered: no chat is linked*; nothing if there
    is none."""
    said = "; ".join(_standing(one, voice) for one in forms[-3:])
    return voice.say("neutral.line", forms=said) if said else ""


def _standing(one: Standing, voice: Voice) -> str:
    occasion = voice.say(f"neutral.occasion_{kind_of(one.occasion)}", n=one.occasion.partition(":")[2] or 0)
    stage = voice.say(f"neutral.stage_{one.stage}", day=voice.on(voice.calendar.day(one.at)))
    why = f": {why_not(one.why, voice)}" if one.why else ""
    helper = f" ({voice.say('neutral.asks', name=one.helper.name)})" if one.helper is not None and one.open else ""
    return f"{occasion}: {stage}{why}{helper}"


@says("case_forms", "end_confirmed")
def case_forms(about: AboutStages, voice: Voice) -> Message:
    """Each with how it stands, and what can be put on record. `offers`: this reader may have offered one in person."""
    case = about.individual.case_ref
    lines = [voice.say("neutral.heading", case=case), *(f"· {_standing(one, voice)}" for one in about.forms)]
    if not about.forms:
        lines = [voice.say("neutral.none", case=case)]
    lines += [voice.say("neutral.confirmed", ref=order.ref, name=by.name) for order, by in about.confirmed]
    return Message("\n".join([*lines, voice.say("neutral.no_answers")]), _to_record(about, voice))


def _to_record(about: AboutStages, voice: Voice) -> Rows:
    rows: list[tuple[Button, ...]] = []
    for one in about.forms:
        if one.open and voice.params.get("offers"):
            rows += _in_person(one, voice)
    rows += [(voice.button("neutral.button_ended", ConfirmEnd(one.id, 0), ref=one.ref),) for one in about.unconfirmed]
    return tuple(rows)


def _in_person(one: Standing, voice: Voice) -> Rows:
    """An offer that was made face to face."""
    occasion = voice.say(f"neutral.occasion_{kind_of(one.occasion)}", n=one.occasion.partition(":")[2] or 0)
    later, no = (
        voice.button(f"neutral.button_in_person_{said}", Offered(one.sitting_id, said), occasion=occasion)
        for said in (Said.LATER, Said.NO)
    )
    return ((later,), (no,))


@says("end_told")
def end_told(about: AboutStages, voice: Voice) -> Message:
    """To their worker, once: nobody but a person says *well done*."""
    rows = tuple(
        (voice.button("neutral.button_ended", ConfirmEnd(one.id, 0), ref=one.ref),) for one in about.unconfirmed
    )
    return Message(voice.say("neutral.end_told", case=about.individual.case_ref), rows)


@says("end_sure")
def end_sure(about: AboutStages, voice: Voice) -> Message:
    order = int(voice.params["order"])
    ref = next((one.ref for one in about.unconfirmed if one.id == order), "")
    sure = ((voice.button("neutral.button_sure", ConfirmEnd(order, 1)),),)
    return Message(voice.say("neutral.sure", case=about.individual.case_ref, ref=ref), sure)
