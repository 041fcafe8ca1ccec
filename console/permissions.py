"""What a route may ask of its visitor, and which staff role holds which right.

Seeing names and phones (view_pii) is not part of any role: it is a right given to each person apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Permission(Enum):
    """Each route declares exactly one."""

    PUBLIC = "public"
    """Anybody, without a session."""
    SIGNED_IN = "signed_in"
    """Any member of staff."""
    WORK_CASES = "work_cases"
    """See the work list and the people on it, take a case, record a call."""
    VIEW_IDENTITY = "view_identity"
    """Work cases, and look at names and phones; each look is recorded."""
    SUPERVISE = "supervise"
    """Confirm or refuse the closing of a case that needs a second person."""
    LABEL_MESSAGES = "label_messages"
    """Read messages that were not understood, without personal data, and say what they mean."""


_COUNSELOR = frozenset({Permission.SIGNED_IN, Permission.WORK_CASES})

ROLES: Mapping[str, frozenset[Permission]] = {
    "counselor": _COUNSELOR,
    "supervisor": _COUNSELOR | {Permission.SUPERVISE, Permission.LABEL_MESSAGES},
    "staff": frozenset({Permission.SIGNED_IN, Permission.LABEL_MESSAGES}),
    "admin": _COUNSELOR | {Permission.SUPERVISE, Permission.LABEL_MESSAGES},
}


def allows(permission: Permission, role: str | None, view_pii: bool) -> bool:
    """Whether a visitor of that role (None: nobody is signed in) may use a route that needs the permission."""
    if permission is Permission.PUBLIC:
        return True
    held = ROLES.get(role or "", frozenset())
    if permission is Permission.VIEW_IDENTITY:
        return view_pii and Permission.WORK_CASES in held
    return permission in held
