"""Reads callback_rules.yml piece by piece and names the place of what it cannot use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from followup.errors import RulesError
from followup.ruleset import (
    ASK_NUMBER,
    CLOSED_STATUSES,
    LADDER,
    NONE,
    OPEN_STATUSES,
    PERSON_CHOOSES,
    PRIORITIES,
    SHIFTS,
    CallbackRules,
    Closing,
    ContactResult,
    Disposition,
    Rung,
    Series,
)
from screening.due import Due, parse_due

_FLAG_CONDITION = re.compile(r"^risk\.([a-z_]+) != None$")


def read_rules(file: str, data: Mapping[str, Any]) -> CallbackRules:
    """The rules out of the parsed file; raises RulesError naming the place."""
    read = _Reader(file)
    last = read.get(data, "after_last_attempt", dict)
    return CallbackRules(
        version=str(read.get(data, "version", str)),
        lease=read.due("lease", data.get("lease")).span,
        ladders=read.ladders(read.get(data, "ladders", dict)),
        contact_results=read.coded(data, "contact_results", read.contact_result),
        dispositions=read.coded(data, "dispositions", read.disposition),
        last_message_wait=read.due("after_last_attempt.message.wait", last.get("message", {}).get("wait")),
        visit_due=read.by_priority(
            "after_last_attempt.community_visit.due", last.get("community_visit", {}).get("due")
        ),
        closing_crisis=read.closing("crisis", data.get("closing", {})),
        closing_unreached_high_risk=read.closing("high_risk_without_contact", data.get("closing", {})),
        reopen_within=read.due("closing.reopen_within", data.get("closing", {}).get("reopen_within")).span,
        blocked_by_flag=read.blocks(data.get("safe_contact", [])),
        safe_contact=tuple(data.get("safe_contact", [])),
        after_crisis=read.series(data.get("followup", {}).get("after_crisis", {})),
        rescreen_reminders=read.reminders(data.get("followup", {}).get("rescreen", {})),
        unfinished_reminder=read.due(
            "followup.unfinished.after", data.get("followup", {}).get("unfinished", {}).get("after")
        ),
    )


class _Reader:
    """Reads one file and names the place of what it cannot use."""

    def __init__(self, file: str) -> None:
        self._file = file

    def fail(self, place: str, message: str) -> RulesError:
        return RulesError(self._file, place, message)

    def get(self, data: Mapping[str, Any], key: str, kind: type) -> Any:
        if not isinstance(data.get(key), kind):
            raise self.fail(key, "falta o no tiene la forma esperada")
        return data[key]

    def due(self, place: str, text: Any) -> Due:
        try:
            return parse_due(str(text))
        except ValueError as error:
            raise self.fail(place, 'un plazo se escribe como "15 min", "24 h", "3 d" o "8 wh"') from error

    def maybe_due(self, place: str, text: Any) -> Due | None:
        return None if text is None else self.due(place, text)

    def one_of(self, place: str, value: Any, allowed: tuple[Any, ...]) -> Any:
        if value not in allowed:
            raise self.fail(place, f"«{value}» no vale; use {', '.join(str(item) for item in allowed)}")
        return value

    def ladders(self, data: Mapping[str, Any]) -> dict[str, tuple[Rung, ...]]:
        return {priority: self.ladder(f"ladders.{priority}", data.get(priority) or {}) for priority in PRIORITIES}

    def ladder(self, place: str, data: Mapping[str, Any]) -> tuple[Rung, ...]:
        rungs = tuple(self.rung(f"{place}.{number}", step) for number, step in enumerate(data.get("steps", ()), 1))
        if [rung.attempt for rung in rungs] != list(range(1, int(data.get("max_attempts", 0)) + 1)) or not rungs:
            raise self.fail(place, "los peldaños deben ir del 1 a max_attempts, sin saltos")
        if any((rung.next is None) != (rung is rungs[-1]) for rung in rungs):
            raise self.fail(place, "cada peldaño tiene next, y solo el último tiene then")
        return rungs

    def rung(self, place: str, step: Mapping[str, Any]) -> Rung:
        return Rung(
            attempt=int(step.get("attempt", 0)),
            next=self.maybe_due(place, step.get("next")),
            shift=self.one_of(place, step.get("shift"), SHIFTS),
            also=self.one_of(place, step.get("also"), (None, "message", "tell_supervisor")),
            then=self.one_of(place, step.get("then"), (None, "community_visit", "message")),
        )

    def coded(self, data: Mapping[str, Any], key: str, one: Callable[[str, Mapping[str, Any]], Any]) -> dict[str, Any]:
        rows = self.get(data, key, list)
        found = {str(row.get("code")): one(f"{key}.{row.get('code')}", row) for row in rows}
        if len(found) != len(rows):
            raise self.fail(key, "hay un code repetido")
        return found

    def contact_result(self, place: str, row: Mapping[str, Any]) -> ContactResult:
        words = (NONE, LADDER, ASK_NUMBER, PERSON_CHOOSES)
        following = row.get("next")
        return ContactResult(
            code=row["code"],
            label=str(row.get("label", "")),
            counts=bool(row.get("counts")),
            reached=bool(row.get("reached")),
            next=following if following in words else self.due(place, following),
            default_next=self.maybe_due(place, row.get("default_next")),
            shift=self.one_of(place, row.get("shift"), SHIFTS),
            reassign=self.one_of(place, row.get("reassign"), (None, "language")),
            guide=str(row.get("guide", "")),
        )

    def disposition(self, place: str, row: Mapping[str, Any]) -> Disposition:
        closes = bool(row.get("closes"))
        chosen = row.get("next") == PERSON_CHOOSES
        return Disposition(
            code=row["code"],
            label=str(row.get("label", "")),
            when=self.one_of(place, row.get("when"), ("reached", "final", "any")),
            closes=closes,
            status=self.one_of(place, row.get("status"), CLOSED_STATUSES if closes else OPEN_STATUSES),
            next=self.maybe_due(place, row.get("default_next") if chosen else row.get("next")),
            person_chooses=chosen,
            needs=self.one_of(place, row.get("needs"), (None, "referral", "note")),
            needs_supervisor=bool(row.get("supervisor")),
            withdraws_callback=self.one_of(place, row.get("consent"), (None, "withdraw_callback")) is not None,
            guide=str(row.get("guide", "")),
        )

    def by_priority(self, place: str, data: Any) -> dict[str, Due]:
        return {priority: self.due(f"{place}.{priority}", (data or {}).get(priority)) for priority in PRIORITIES}

    def blocks(self, rows: list[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
        blocking = [row for row in rows if row.get("blocks")]
        found: dict[str, frozenset[str]] = {}
        for row in blocking:
            condition = _FLAG_CONDITION.match(str(row.get("when")))
            if not condition:
                raise self.fail(f"safe_contact.{row.get('code')}", 'when debe ser como "risk.violence != None"')
            found[condition.group(1)] = frozenset(row["blocks"]) | found.get(condition.group(1), frozenset())
        return found

    def closing(self, key: str, data: Mapping[str, Any]) -> Closing:
        row = self.get(data, key, dict)
        return Closing(
            supervisor=self.one_of(f"closing.{key}.needs", row.get("needs"), ("counselor", "supervisor"))
            == "supervisor",
            note=bool(row.get("needs_note")),
            reached=bool(row.get("needs_reached")),
        )

    def series(self, data: Mapping[str, Any]) -> Series:
        place = "followup.after_crisis"
        every = self.due(f"{place}.every", data.get("every"))
        then = data.get("then") or {}
        weeks = timedelta(weeks=int(data.get("weeks", 0)))
        return Series(
            every=every,
            first_calls=int(weeks / every.span),
            then_every=self.due(f"{place}.then.every", then.get("every")),
            then_calls=int(then.get("times", 0)),
        )

    def reminders(self, data: Mapping[str, Any]) -> tuple[Due, ...]:
        return tuple(self.due("followup.rescreen.reminders", text) for text in data.get("reminders", ()))
