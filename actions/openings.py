"""Which flow opens when: first contact, coming back, or a wish."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.context import Context
from screening.session import PAUSED, Session
from screening.turn import Turn

WELCOME = "welcome"
SCREENING = "mental_health"
MENU = "menu"
RESUME = "resume_offer"
THANK = "thank"
GO_ON = "resume"
# Wishes that only mean something to somebody who has begun.
MID_CONVERSATION = ("stop", "pause", "resume", "restart", "goodbye")
PAIN = ("express_distress", "express_grief", "report_substance_use", "social_need")


def open_for_intent(context: Context, session: Session, intent: str, now: datetime) -> Turn:
    """The flow that the intent opens; where none does, as `go_on`."""
    if intent in MID_CONVERSATION and not session.begun:
        return go_on(context, session, now)
    if intent == GO_ON and session.running is not None and session.status != PAUSED:
        return Turn(session)
    flow = context.library.flow_for(intent)
    return context.engine.open(session, flow.name, now) if flow else go_on(context, session, now)


def go_on(
    context: Context, session: Session, now: datetime, language: str | None = None, intent: str | None = None
) -> Turn:
    """What is running; the offer to go on after a pause; the welcome at first contact; else the menu.

    language: tapped before the first word, so that the welcome need not ask for it. Who begins with their pain is
    offered help to choose from, and not asked for language and consent first. Who was understood has not failed to be.
    """
    session = replace(session, not_understood=0)
    if session.running is not None:
        return context.engine.open(session, RESUME, now) if session.status == PAUSED else Turn(session)
    if intent == THANK and session.begun:
        return Turn(session)
    if session.begun or intent in PAIN:
        return context.engine.open(session, MENU, now)
    if language is None:
        return context.engine.open(session, WELCOME, now)
    chosen = context.engine.set_language(session, language, now)
    opened = context.engine.open(chosen.session, SCREENING, now)
    return Turn(opened.session, (*chosen.events, *opened.events), opened.say)
