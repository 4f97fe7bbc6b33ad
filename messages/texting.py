"""What staff read and tap about text messages to one person: how it stands, a yes, no more."""

from domain.facts import AboutTexts
from domain.texting import Bar
from messages.actions.texting import TextsAgreed, TextsAsk, TextsStop
from messages.compose import Button, Message, Voice, says

NO_YES = frozenset({None, Bar.NOT_LINKED, Bar.SHARED})  # there is one, or none would count


@says("texts")
def texts(about: AboutTexts, voice: Voice) -> Message:
    """Whether they get text messages, or why not, and what to do about it."""
    one, bar = about.texting, about.texting.bar
    case, ending = about.individual.case_ref, one.number[-3:]
    lines = [] if about.ready else [voice.say("texts.off")]
    if bar is None and about.by is not None and one.agreed_at is not None:
        known = {"name": about.by.name, "when": voice.when(one.agreed_at)}
        lines += [voice.say("texts.on", case=case, ending=ending, **known), voice.say("texts.when_used")]
    else:
        why = "texts_wrong_network" if bar is Bar.WRONG and not one.wrong_said else bar
        lines.append(voice.say(f"texts.none.{why}", case=case, ending=ending))
    buttons: list[tuple[Button, ...]] = []
    if bar not in NO_YES:
        buttons.append((voice.button("texts.ask", TextsAsk(about.individual.id), ending=ending),))
    if bar is None:
        buttons.append((voice.button("texts.stop", TextsStop(about.individual.id)),))
    return Message("\n".join(lines), tuple(buttons))


@says("texts_confirm")
def texts_confirm(about: AboutTexts, voice: Voice) -> Message:
    """Said twice, because a text to the wrong phone cannot be taken back."""
    ending, bar = about.texting.number[-3:], about.texting.bar
    if bar in NO_YES or bar is None:
        return texts(about, voice)
    text = voice.say("texts.confirm", case=about.individual.case_ref, ending=ending)
    return Message(text, ((voice.button("texts.agree", TextsAgreed(about.individual.id, ending, bar)),),))
