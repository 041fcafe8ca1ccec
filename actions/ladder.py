"""What is said when a message was not understood: first what it may have meant, then simpler words, then a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from actions.context import Context
from actions.openings import MENU, go_on
from screening.events import Event, MessageNotUnderstood
from screening.fields import fill
from screening.session import INSTRUMENT, PAUSED, Session
from screening.turn import QUESTION, Option, Say, Turn

# In a crisis nobody is asked the same thing a third time.
PATIENCE = 2
GUESS = "guess"
LABEL = "utter_guess_"
OTHER = "other"
VOICE, VOICE_KEPT, EDITED, HELP = "voice", "voice_kept", "edited", "help"
# The flow that gives a number first and then asks what is happening.
HELP_NOW = "help_now"
GOT = {
    "sticker": "utter_got_picture",
    "photo": "utter_got_picture",
    "video": "utter_got_picture",
    "document": "utter_got_document",
    "location": "utter_got_location",
    "contact": "utter_got_contact",
}
CALL, SKIP = "request_callback", "skip_question"
# Flows in which a call is offered or arranged already.
WITH_A_CALL = ("menu", "contact")
# A question for a name, a number or a place is answered with what we do not want to learn from.
LEARNED_FROM = (None, "item", "choice", "choose")


@dataclass(frozen=True)
class Unclear:
    """A message that was not understood.

    unsure: the model could not tell what was meant; without it the words are clear and only do not fit here. ranking:
    (intent, confidence), best first. danger: risk code that the model suspects. tag: stands for this message in
    buttons. other: somebody tapped «Otra cosa»; stale: somebody tapped a guess of an earlier message. kind: of what
    came without words, such as voice.
    """

    text: str = field(repr=False)
    unsure: bool
    ranking: tuple[tuple[str, float], ...] = ()
    danger: str | None = None
    tag: str = ""
    language: str = "es"
    other: bool = False
    stale: bool = False
    kind: str | None = None


def not_understood(context: Context, session: Session, now: datetime, heard: Unclear) -> Turn:
    """The next rung of the ladder; the message itself goes along for those who may keep it."""
    if heard.danger and not context.in_crisis(session):
        return context.engine.note_risk(session, heard.danger, "ask", now, source="intent")
    if heard.kind == EDITED:
        return Turn(session, say=(Say(response="utter_got_edited"),))
    if heard.kind == HELP:
        return context.engine.open(session, HELP_NOW, now)
    turn = _rung(context, session, now, heard)
    return replace(turn, events=(*turn.events, *_to_learn_from(context, session, now, heard)))


def _rung(context: Context, session: Session, now: datetime, heard: Unclear) -> Turn:
    if session.running is None or session.status == PAUSED:
        return _outside(context, session, now, heard)
    if context.in_crisis(session):
        return _in_crisis(context, session, now, heard)
    if session.not_understood >= PATIENCE:
        return _offer_person(context, session, now, heard)
    return _in_question(context, session, now, heard)


def _outside(context: Context, session: Session, now: datetime, heard: Unclear) -> Turn:
    """Nothing is being asked: guesses, then what can be done here, then a person."""
    if session.status == PAUSED or not session.begun:
        return go_on(context, session, now)
    if heard.stale or heard.other or not heard.unsure:
        turn = go_on(context, session, now)
        says = (Say(response="utter_stale_button"), *turn.say) if heard.stale else turn.say
        return _counted(replace(turn, say=says), session.not_understood)
    guesses = _guesses(context, heard, in_question=False)
    if guesses and not session.not_understood:
        options = _options(session, heard, (*guesses, OTHER))
        return _counted(Turn(session, say=(Say(response="utter_did_you_mean", options=options),)), 1)
    return _menu(context, session, now, heard)


def _menu(context: Context, session: Session, now: datetime, heard: Unclear) -> Turn:
    count = session.not_understood
    again = _again_or_first(context, session, now, heard)
    first = _person(context, session, now) if count >= PATIENCE else again
    turn = context.engine.open(session, MENU, now)
    return _counted(replace(turn, say=(first, *turn.say)), count + 1)


def _in_crisis(context: Context, session: Session, now: datetime, heard: Unclear) -> Turn:
    """The question counts as passed the third time, and the help goes on."""
    if session.not_understood >= PATIENCE:
        return context.engine.command(session, "skip", now)
    again = Say(response="utter_not_understood_again")
    first = again if session.not_understood and not heard.kind else _first_words(context, session, now, heard)
    return _counted(Turn(session, say=(first,)), session.not_understood + 1)


def _in_question(context: Context, session: Session, now: datetime, heard: Unclear) -> Turn:
    """The question in plainer words and again with its buttons; beside them what the person may have wished instead."""
    first = _again_or_first(context, session, now, heard)
    explained = context.engine.command(session, "explain", now)
    guesses = _guesses(context, heard, in_question=True) if heard.unsure else ()
    if not _in_questionnaire(session):
        guesses = tuple(one for one in guesses if one != SKIP)
    elif session.not_understood and SKIP not in guesses:
        guesses = (*guesses, SKIP)
    says = _with_buttons(explained.say, _options(session, heard, guesses))
    return _counted(replace(explained, say=(first, *says)), session.not_understood + 1)


def _offer_person(context: Context, session: Session, now: datetime, heard: Unclear) -> Turn:
    """A person may call, the line stays in reach, and a question of a questionnaire may be passed."""
    frame = session.running
    flow = context.library.flow(frame.name) if frame and not _in_questionnaire(session) else None
    wanted = (() if flow and flow.kind in WITH_A_CALL else (CALL,)) + ((SKIP,) if flow is None else ())
    question = context.engine.question(session, now)
    says = (_person(context, session, now), *((question,) if question else ()))
    turn = Turn(session, say=_with_buttons(says, _options(session, heard, wanted)))
    return _counted(turn, session.not_understood + 1)


def _in_questionnaire(session: Session) -> bool:
    """Whether an item is asked: it may always be passed, and has no button for that. Steps of flows have their own."""
    return session.running is not None and session.running.kind == INSTRUMENT


def _person(context: Context, session: Session, now: datetime) -> Say:
    """The offer of a call. Where somebody who does harm may read along, without the number."""
    return _with_number("utter_offer_person", context, session, now)


def _with_number(name: str, context: Context, session: Session, now: datetime) -> Say:
    facts = session.facts
    violence = facts.get("risk.violence") or facts.get("crisis.safe_to_write") or facts.get("burden") == "violence"
    fields = None if violence else fill("{crisis_call}", context.library, facts, session.language, now)
    return Say(response=name, fields=fields) if fields else Say(response=f"{name}_discreet")


def _again_or_first(context: Context, session: Session, now: datetime, heard: Unclear) -> Say:
    """What came without words is named each time; the same words in vain get simpler ones."""
    if session.not_understood and not heard.kind:
        return Say(response="utter_simple_choices")
    return _first_words(context, session, now, heard)


def _first_words(context: Context, session: Session, now: datetime, heard: Unclear) -> Say:
    """A voice note or a picture comes without words: then the person is told what can be read here."""
    if heard.kind in (VOICE, VOICE_KEPT):
        return _with_number(f"utter_got_{heard.kind}", context, session, now)
    if heard.kind in GOT:
        return Say(response=GOT[heard.kind])
    return Say(response="utter_not_understood" if heard.text or not heard.unsure else "utter_only_reading")


def _guesses(context: Context, heard: Unclear, in_question: bool) -> tuple[str, ...]:
    """The likeliest wishes that may be offered here; danger is never among them."""
    rules = context.understanding()
    allowed = rules.may_offer(in_question)
    likely = [intent for intent, sure in heard.ranking if intent in allowed and sure >= rules.least]
    return tuple(likely[: rules.offered])


def _options(session: Session, heard: Unclear, intents: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(one, "", f"{LABEL}{one}", f"{session.id}:{GUESS}:{one}:{heard.tag}") for one in intents)


def _with_buttons(says: tuple[Say, ...], options: tuple[Option, ...]) -> tuple[Say, ...]:
    """The same with more buttons under the question."""
    return tuple(replace(say, options=(*say.options, *options)) if say.kind == QUESTION else say for say in says)


def _counted(turn: Turn, count: int) -> Turn:
    return replace(turn, session=replace(turn.session, not_understood=count))


def _to_learn_from(context: Context, session: Session, now: datetime, heard: Unclear) -> tuple[Event, ...]:
    """The message for whoever may keep it: not in a crisis, and not where names, numbers or places are asked for."""
    if not heard.unsure or not heard.text.strip() or context.in_crisis(session):
        return ()
    if session.running and context.engine.asks_for(session) not in LEARNED_FROM:
        return ()
    return (MessageNotUnderstood(at=now, text=heard.text, language=heard.language, guesses=heard.ranking[:3]),)


def offered(turn: Turn | None) -> list[str]:
    """The guesses that a turn offers."""
    says = turn.say if turn else ()
    return [one.code for say in says for one in say.options if one.context.startswith(LABEL)]
