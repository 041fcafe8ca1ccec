"""What Rasa 3.6 does again at every message, done once: it answers the same, in less time."""

from __future__ import annotations

import functools
import logging
from collections import deque
from types import SimpleNamespace
from typing import Any, TypeVar

import fastjsonschema
import rasa.core.actions.action as rasa_action
import rasa.core.actions.forms as rasa_forms
import rasa.core.processor as rasa_processor
import rasa.shared.utils.common as rasa_common
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.action_endpoint import InProcessActions

Thing = TypeVar("Thing")


def save_time() -> None:
    """Let Rasa repeat nothing. For a process that answers people; to be called once, before a model is loaded."""
    check_action_results_once()
    know_event_types()
    copy_nothing_for_logs()
    copy_trackers_as_they_stand()
    know_a_message_by_itself()


def check_action_results_once() -> None:
    """Check what an action server answers with a schema that is compiled once; what this process answers, not at all.

    Rasa re-checks the schema itself at each call, about 23 ms a message (`RemoteAction._validate_action_result`).
    """
    check = fastjsonschema.compile(rasa_action.RemoteAction.action_response_format_spec())

    def validate(action: rasa_action.RemoteAction, result: dict[str, Any]) -> bool:
        if not isinstance(action.action_endpoint, InProcessActions):
            check(result)
        return True

    rasa_action.RemoteAction._validate_action_result = validate


def know_event_types() -> None:
    """Remember which kinds of event there are. Rasa asks all classes of the process for every event it reads."""
    if not hasattr(rasa_common.all_subclasses, "cache_info"):
        rasa_common.all_subclasses = functools.cache(rasa_common.all_subclasses)


def copy_nothing_for_logs() -> None:
    """Spare the deep copies that Rasa makes of events and slots at every step for debug lines nobody writes."""
    if logging.getLogger("rasa").isEnabledFor(logging.DEBUG):
        return
    unchanged = SimpleNamespace(deepcopy=lambda value: value)
    for module in (rasa_processor, rasa_forms):
        module.copy = unchanged


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker of its own in the same state. Rasa makes one by replaying all events, twice a message."""
    made = _twin(tracker)
    made.events = deque(tracker.events, tracker._max_event_history)
    made.slots = {name: _twin(slot) for name, slot in tracker.slots.items()}
    made.active_loop = None if tracker.active_loop is None else _twin(tracker.active_loop)
    # As in Rasa's own copy, events that are added to it are not marked with the model.
    made.model_id = made.assistant_id = None
    return made


def copy_trackers_as_they_stand() -> None:
    """Copy the state of a tracker instead of replaying how it came about."""
    DialogueStateTracker.copy = copied
    replayed = rasa_forms.FormAction._temporary_tracker
    if hasattr(replayed, "__wrapped__"):
        return

    @functools.wraps(replayed)
    def temporary(form: Any, tracker: DialogueStateTracker, additional: list[Event], domain: Any) -> Any:
        if tracker.idx_after_latest_restart():
            return replayed(form, tracker, additional, domain)
        asked = SlotSet(REQUESTED_SLOT, form.get_slot_to_fill(tracker))
        made = copied(tracker)
        for event in (asked, ActionExecuted(form.name()), *additional):
            made.update(event)
        return made

    rasa_forms.FormAction._temporary_tracker = temporary


def know_a_message_by_itself() -> None:
    """A message equals itself. Rasa writes the entities of both sides out as JSON to find that out."""
    compared = UserUttered.__eq__
    if hasattr(compared, "__wrapped__"):
        return

    @functools.wraps(compared)
    def equals(one: UserUttered, other: object) -> Any:
        return one is other or compared(one, other)

    UserUttered.__eq__ = equals


def _twin(one: Thing) -> Thing:
    made = object.__new__(type(one))
    made.__dict__.update(one.__dict__)
    return made
