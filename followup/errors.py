"""What can be refused or fail in the follow-up room; none of these messages holds a person's data."""

from __future__ import annotations


class FollowupError(Exception):
    """Base of all errors of this room."""


class WrongKey(FollowupError):
    """The database was written with another secret key."""

    def __init__(self) -> None:
        super().__init__(
            "UYARIQ_SECRET_KEY no es la clave con la que se guardaron los datos; "
            "use la clave anterior o la copia de respaldo."
        )


class VaultError(FollowupError):
    """A stored value cannot be read: unknown key number or changed bytes."""


class TurnAlreadyDone(FollowupError):
    """Somebody tried to write in a turn whose message was handled before."""


class RulesError(FollowupError):
    """A rules file cannot be used; says the file, the place and what to do, in Spanish."""

    def __init__(self, file: str, place: str, message: str) -> None:
        super().__init__(f"{file}: {place}: {message}")
        self.file, self.place = file, place


class TaskRefused(FollowupError):
    """A change of a task that the rules do not allow; `reason` is a stable code for the screen to word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StaffRefused(FollowupError):
    """A change of a staff account that is not allowed; `reason` is a stable code for the screen to word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MergeStands(FollowupError):
    """A merge of two people that cannot be taken back; `reason` is a stable code for the screen to word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ReferralRefused(FollowupError):
    """A change of a referral that is not allowed; `reason` is a stable code for the screen to word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
