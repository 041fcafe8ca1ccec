"""What is owed to a person: advised, taken, tried, closed. A task never loses urgency and never has two holders."""

from followup.tasks.advice import (
    Advice,
    advise,
    copy_to_open,
    phone_came,
    raise_risk,
    refer,
    withdraw_callback,
)
from followup.tasks.calls import record_call
from followup.tasks.closing import close_unanswered, complete, confirm_closing, refuse_closing, reopen
from followup.tasks.flags import end_flag
from followup.tasks.history import cancel_open
from followup.tasks.holding import assign, claim, release
from followup.tasks.passing import pass_from_absent, release_expired
from followup.tasks.result import CallOutcome, CallResult
from followup.tasks.undo import undo

__all__ = [
    "Advice",
    "CallOutcome",
    "CallResult",
    "advise",
    "assign",
    "cancel_open",
    "claim",
    "close_unanswered",
    "complete",
    "confirm_closing",
    "copy_to_open",
    "end_flag",
    "pass_from_absent",
    "phone_came",
    "raise_risk",
    "record_call",
    "refer",
    "refuse_closing",
    "release",
    "release_expired",
    "reopen",
    "undo",
    "withdraw_callback",
]
