"""What a counselor reports of a call, and what they get back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class CallResult:
    """What the counselor reports. Codes: callback_rules.yml; next_at: when person and counselor chose an hour.

    language: the one that was heard, when it was not the caller's. safe_contact: what the person now answered about
    being called; empty when all is as before, None when it was not asked.
    """

    contact_result: str
    disposition: str | None = None
    channel: str = "phone"
    started_at: datetime | None = None
    next_at: datetime | None = None
    referral: str | None = None
    note: str = field(default="", repr=False)
    language: str | None = None
    safe_contact: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class CallOutcome:
    """What became of the task. waits_for_supervisor: the result is kept but somebody else must confirm the closing."""

    attempt_id: str
    attempt_no: int
    max_attempts: int
    status: str
    next_at: datetime | None
    closed: bool
    waits_for_supervisor: bool
    undo_until: datetime
