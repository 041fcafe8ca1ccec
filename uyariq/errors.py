"""Errors that the command line shows as one sentence with what to do."""

from __future__ import annotations


class UyariqError(Exception):
    """Shown to the person at the terminal as it is. code: exit status."""

    code = 1


class UsageError(UyariqError):
    """The command or a setting is off."""

    code = 2
