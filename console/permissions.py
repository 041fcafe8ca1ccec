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
    REVIEW_TRANSLATIONS = "review_translations"
    """See all texts for people, approve or correct their translations, record them; nothing about people."""
    EDIT_RULES = "edit_rules"
    """Change texts and rules of the screening in drafts, look at those of others, and publish."""
    VIEW_REPORTS = "view_reports"
    """See counts of people, never a person."""
    EXPORT = "export"
    """Take rows away as files, without names; with names only together with the right to see them."""
    EDIT_DIRECTORY = "edit_directory"
    """Bring the directory of health centres up to date."""
    VIEW_AUDIT = "view_audit"
    """See who looked at or changed what, and how long what is kept."""
    MANAGE_USERS = "manage_users"
    """Open, change and close accounts of the team."""
    MERGE_PEOPLE = "merge_people"
    """Supervise, and look at names and phones, to say that two people of the list are one."""


_COUNSELOR = frozenset({Permission.SIGNED_IN, Permission.WORK_CASES})
_REPORTING = frozenset({Permission.VIEW_REPORTS, Permission.EXPORT})
_SUPERVISING = frozenset({Permission.SUPERVISE, Permission.LABEL_MESSAGES, Permission.VIEW_AUDIT})
_REVIEWING = frozenset({Permission.REVIEW_TRANSLATIONS})

ROLES: Mapping[str, frozenset[Permission]] = {
    "counselor": _COUNSELOR,
    "supervisor": _COUNSELOR | _REPORTING | _SUPERVISING,
    "staff": frozenset({Permission.SIGNED_IN, Permission.LABEL_MESSAGES, Permission.EDIT_RULES}) | _REVIEWING,
    "admin": _COUNSELOR
    | _REPORTING
    | _SUPERVISING
    | _REVIEWING
    | {Permission.EDIT_DIRECTORY, Permission.MANAGE_USERS, Permission.EDIT_RULES},
    "reports": frozenset({Permission.SIGNED_IN, Permission.VIEW_REPORTS}),
    "reviewer": frozenset({Permission.SIGNED_IN}) | _REVIEWING,
}


def allows(permission: Permission, role: str | None, view_pii: bool) -> bool:
    """Whether a visitor of that role (None: nobody is signed in) may use a route that needs the permission."""
    if permission is Permission.PUBLIC:
        return True
    held = ROLES.get(role or "", frozenset())
    if permission is Permission.VIEW_IDENTITY:
        return view_pii and Permission.WORK_CASES in held
    if permission is Permission.MERGE_PEOPLE:
        return view_pii and Permission.SUPERVISE in held
    return permission in held
