"""What Rasa 3.6 does again at every message, done once: it answers the same, in less time."""

from __future__ import annotations

import functools
import logging
from types import SimpleNamespace
from typing import Any

import fastjsonschema
import rasa.core.actions.action as rasa_action
import rasa.core.actions.forms as rasa_forms
import rasa.core.processor as rasa_processor
import rasa.shared.utils.common as rasa_common

from bot.action_endpoint import InProcessActions


def save_time() -> None:
    """Let Rasa repeat nothing. For a process that answers people; to be called once, before a model is loaded."""
    check_action_results_once()
    know_event_types()
    copy_nothing_for_logs()


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
