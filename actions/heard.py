"""What Rasa heard in this turn, read off the tracker."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from rasa_sdk import Tracker

from actions.ladder import GUESS, OTHER, Unclear
from followup.understanding import Understanding
from screening.turn import Reply

LISTEN = "action_listen"
MODEL = "model"
OLDEST = 121
FALLBACK = "nlu_fallback"
GUESSES = "guesses"
GUESS_PARTS = 4
TAGS = 0x10000
LONGEST = 1_000
# Intent of the model -> risk code of the triage rules. Risk phrases found by rule carry their own code and level.
RISK_OF_INTENT = {
    "crisis_suicide": "suicide",
    "crisis_harm_others": "harm_others",
    "medical_emergency": "medical",
    "report_violence": "violence",
    "concern_for_other": "concern_for_other",
}
# Worry about somebody is often without danger: a guess at it is no reason to ask.
WORRY = "concern_for_other"


def intent_of(tracker: Tracker) -> str | None:
    """Name of the intent that was understood."""
    name: str | None = (tracker.latest_message.get("intent") or {}).get("name")
    return name


def found_by_rule(tracker: Tracker) -> bool:
    """Whether a phrase of danger was found, which overtakes whatever is being asked."""
    return any(risk["id"] != MODEL for risk in tracker.latest_message.get("risk") or ())


def only_the_model_fears(tracker: Tracker) -> bool:
    """Whether the model alone takes the message for danger: an answer that can be read with certainty goes first."""
    return intent_of(tracker) in RISK_OF_INTENT and not found_by_rule(tracker)


def age_of(tracker: Tracker) -> int | None:
    """The age that the message tells, where it tells one."""
    found = [str(one["value"]) for one in tracker.latest_message.get("entities") or () if one["entity"] == "age"]
    return int(found[0]) if len(found) == 1 and found[0].isdecimal() and int(found[0]) < OLDEST else None


def risks_of(tracker: Tracker) -> list[tuple[str, str, str]]:
    """Every (code, level, source): phrases found by rule, then what the model adds, which is to be asked."""
    found = [(risk["code"], risk["level"], f"phrase:{risk['id']}") for risk in tracker.latest_message.get("risk") or ()]
    of_intent = RISK_OF_INTENT.get(intent_of(tracker) or "")
    if of_intent and of_intent not in {code for code, _, _ in found}:
        found.append((of_intent, "ask", "intent"))
    return found


def ranking_of(tracker: Tracker) -> tuple[tuple[str, float], ...]:
    """(intent, confidence) of what the model holds possible, best first."""
    rows = tracker.latest_message.get("intent_ranking") or ()
    named = [(str(row.get("name")), float(row.get("confidence") or 0)) for row in rows if row.get("name") != FALLBACK]
    return tuple(sorted(named, key=lambda row: -row[1]))


def unclear_of(tracker: Tracker, rules: Understanding, language: str) -> Unclear:
    """The message as one that was not understood."""
    heard = tracker.latest_message
    key = _tapped(tracker).split(":")
    guessed, tag = len(key) == GUESS_PARTS and key[1] == GUESS, message_id_of(tracker)
    offered = str(tracker.get_slot(GUESSES) or "").partition(":")
    fresh = guessed and key[3] == offered[0] and key[2] in offered[2].split(",")
    return Unclear(
        text=str(heard.get("text") or "")[:LONGEST],
        unsure=intent_of(tracker) == FALLBACK,
        ranking=ranking_of(tracker),
        danger=_suspected(tracker, rules),
        tag=f"{crc32(tag.encode()) % TAGS:04x}",
        language=str(heard.get("language") or language),
        other=fresh and key[2] == OTHER,
        stale=guessed and not fresh,
        kind=next((str(one["value"]) for one in heard.get("entities") or () if one["entity"] == "kind"), None),
    )


def _suspected(tracker: Tracker, rules: Understanding) -> str | None:
    """The danger that is among the model's best guesses, if it is likely enough and was not said in a word or two."""
    words = str(tracker.latest_message.get("text") or "").split()
    if intent_of(tracker) != FALLBACK or len(words) < rules.danger_words:
        return None
    likely = [name for name, sure in ranking_of(tracker)[: rules.offered] if sure >= rules.danger_from]
    return next((RISK_OF_INTENT[name] for name in likely if name in RISK_OF_INTENT and name != WORRY), None)


def _tapped(tracker: Tracker) -> str:
    if intent_of(tracker) != "answer":
        return ""
    keys = [str(one["value"]) for one in tracker.latest_message.get("entities") or () if one["entity"] == "k"]
    return keys[0] if keys else ""


def guesses_are_new(tracker: Tracker) -> bool:
    """Whether guesses were offered in this turn."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "slot" and event.get("name") == GUESSES:
            return event.get("value") is not None
    return False


def reply_of(tracker: Tracker) -> Reply:
    """The message as a reply to the running question."""
    message = tracker.latest_message
    intent = message.get("intent") or {}
    entities = tuple((one["entity"], str(one["value"])) for one in message.get("entities") or ())
    choice = dict(entities).get("k") if intent.get("name") == "answer" else None
    return Reply(
        text="" if choice else message.get("text") or "",
        choice=choice,
        intent=intent.get("name"),
        confidence=float(intent.get("confidence") or 0.0),
        entities=entities,
    )


def language_chosen(tracker: Tracker) -> str | None:
    """The language that a button for it carries."""
    chosen = [one["value"] for one in tracker.latest_message.get("entities") or () if one["entity"] == "language"]
    return str(chosen[0]) if chosen else None


def message_id_of(tracker: Tracker) -> str:
    """The id of the message, by which everything that it causes is written only once."""
    return str(_last(tracker, "user").get("message_id") or _last(tracker, "user").get("timestamp") or "")


def channel_of(tracker: Tracker) -> str:
    """Name of the channel that the message came by."""
    return str(_last(tracker, "user").get("input_channel") or "unknown")


def already_asked(tracker: Tracker) -> bool:
    """Whether the running question was asked in this turn already, among what was said."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "bot" and (event.get("metadata") or {}).get("asks"):
            return True
    return False


def has_spoken(tracker: Tracker) -> bool:
    """Whether anything was said in this turn already."""
    for event in reversed(tracker.events):
        if event.get("event") in ("user", "bot"):
            return bool(event.get("event") == "bot")
    return False


def just_heard(tracker: Tracker) -> bool:
    """Whether the running form is the first to see the message, and not back from a rule.

    Rasa puts the form's own name behind the events when it asks for validation; what stands before it tells.
    """
    actions = [event.get("name") for event in reversed(tracker.events) if event.get("event") == "action"]
    return len(actions) > 1 and actions[1] == LISTEN


def _last(tracker: Tracker, kind: str) -> dict[str, Any]:
    for event in reversed(tracker.events):
        if event.get("event") == kind:
            return dict(event)
    return {}
