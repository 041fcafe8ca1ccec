"""How scores changed between the first time and some three months later, in the same people with the same instrument.

Wilcoxon's signed-rank test, as the programme published it; pairs without a change are left out of the test (not of the
medians) and counted. Nothing here says that the programme caused the change: there is no group to compare with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from followup import context
from followup.models import first_aid_delivery, observation, questionnaire_response, service_request
from followup.reports.rules import ReportRules, report_rules
from followup.reports.small_numbers import is_small, protected

AID_ONLY, AID_AND_REFERRAL, OTHERS, EVERYBODY = GROUPS = ("aid", "aid_and_referral", "others", "all")
FEWEST_FOR_EXACT, FEWEST_FOR_APPROXIMATION = 6, 10
"""With fewer changed pairs the test cannot reach p < 0.05, or the normal distribution is no approximation."""
EXACT_UP_TO = 25


@dataclass(frozen=True)
class Pair:
    """One person's score the first time and the next."""

    patient_id: str
    before: float
    after: float
    at: datetime


@dataclass(frozen=True)
class Change:
    """One instrument's score in one group of people. n None: hidden, and everything with it.

    p: two-sided; effect: matched-pairs rank-biserial correlation, negative when scores fell. Both None when there are
    too few changed pairs.
    """

    instrument: str
    score: str
    group: str
    n: int | None
    unchanged: int | None = None
    before: float | None = None
    after: float | None = None
    p: float | None = None
    effect: float | None = None


@dataclass(frozen=True)
class ScoreChanges:
    """All changes, and who has two scores but is left out: too early, too late, or one of them incomplete."""

    changes: tuple[Change, ...]
    too_early: int
    too_late: int
    incomplete: int


def score_changes(conn: Connection, start: datetime | None, end: datetime | None, limit: int = 0) -> ScoreChanges:
    """Of people whose later answers fall in the period."""
    rules = report_rules(context.of(conn).rules_folder)
    series = _series(conn)
    pairs: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    left_out: dict[str, set[str]] = {"early": set(), "late": set(), "incomplete": set()}
    for (patient_id, instrument, score), rows in series.items():
        found, why = _pair(rows, start, end, rules)
        if found is not None:
            pairs[instrument, score].append(Pair(patient_id, rows[0].value, found.value, found.ended_at))
        elif why:
            left_out[why].add(patient_id)
    changes = [change for key, some in sorted(pairs.items()) for change in _changes(conn, *key, some, limit)]
    paired = {pair.patient_id for some in pairs.values() for pair in some}
    return ScoreChanges(tuple(changes), *(len(people - paired) for people in left_out.values()))


def compared(before: Sequence[float], after: Sequence[float]) -> tuple[float | None, float | None]:
    """(p, rank-biserial correlation) of the change; (None, None) with too few pairs that changed."""
    differences = [later - earlier for earlier, later in zip(before, after, strict=True) if later != earlier]
    # The exact distribution holds without ties only, and scores of whole points have many.
    exact = len({abs(difference) for difference in differences}) == len(differences) <= EXACT_UP_TO
    if len(differences) < (FEWEST_FOR_EXACT if exact else FEWEST_FOR_APPROXIMATION):
        return None, None
    from scipy.stats import rankdata, wilcoxon  # takes a second to load; only who asks for this figure waits for it

    p = float(wilcoxon(differences, method="exact" if exact else "approx").pvalue)
    ranks = [float(rank) for rank in rankdata([abs(difference) for difference in differences])]
    risen = sum(rank for rank, difference in zip(ranks, differences, strict=True) if difference > 0)
    return p, (2 * risen - sum(ranks)) / sum(ranks)


def _series(conn: Connection) -> dict[tuple[str, str, str], list[Any]]:
    """By person, instrument and score: the finished times in order, of those who finished more than once."""
    done, found = questionnaire_response.c, observation.c
    same = (found.patient_id == done.patient_id) & (found.response_id == done.response_id)
    wanted = (
        select(done.patient_id, done.instrument, found.name, found.value, found.complete, done.ended_at)
        .select_from(questionnaire_response.join(observation, same))
        .where(done.status == "completed", found.current, found.cutoff.is_not(None), done.patient_id.in_(_returned()))
        .order_by(done.patient_id, done.ended_at)
    )
    series: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in conn.execute(wanted.execution_options(yield_per=1000)):
        series[row.patient_id, row.instrument, row.name].append(row)
    return {key: rows for key, rows in series.items() if len(rows) > 1}


def _returned() -> Any:
    earlier, later = questionnaire_response.alias("earlier"), questionnaire_response.alias("later")
    same = (earlier.c.patient_id == later.c.patient_id) & (earlier.c.instrument == later.c.instrument)
    both = (earlier.c.status == "completed") & (later.c.status == "completed")
    return select(later.c.patient_id).join(earlier, same & both & (earlier.c.ended_at < later.c.ended_at))


def _pair(rows: Sequence[Any], start: datetime | None, end: datetime | None, rules: ReportRules) -> tuple[Any, str]:
    """The later row that counts against the first, or why there is none in the period ("": nothing in it)."""
    later = [
        row for row in rows[1:] if (start is None or row.ended_at >= start) and (end is None or row.ended_at < end)
    ]
    fits = [row for row in later if rules.change_from <= row.ended_at - rows[0].ended_at <= rules.change_to]
    complete = [row for row in fits if row.complete and rows[0].complete]
    if complete:
        return complete[0], ""
    if fits:
        return None, "incomplete"
    if not later:
        return None, ""
    return None, "early" if later[0].ended_at - rows[0].ended_at < rules.change_from else "late"


def _changes(conn: Connection, instrument: str, score: str, pairs: Sequence[Pair], limit: int) -> list[Change]:
    """One for each group, and one for all; what a hidden group's size would give away is hidden too."""
    groups = _grouped(conn, pairs)
    sizes = protected([len(groups[group]) for group in GROUPS[:-1]], limit)
    hidden = {group for group, size in zip(GROUPS, sizes, strict=False) if size is None}
    found = [_change(instrument, score, group, groups[group]) for group in GROUPS[:-1] if groups[group]]
    everybody = _change(instrument, score, EVERYBODY, pairs)
    if is_small(len(pairs), limit):
        hidden |= {EVERYBODY}
    return [
        Change(one.instrument, one.score, one.group, None)
        if one.group in hidden
        else (one if not is_small(one.unchanged or 0, limit) else replace(one, unchanged=None))
        for one in (*found, everybody)
    ]


def _change(instrument: str, score: str, group: str, pairs: Sequence[Pair]) -> Change:
    before, after = [pair.before for pair in pairs], [pair.after for pair in pairs]
    p, effect = compared(before, after)
    unchanged = sum(pair.before == pair.after for pair in pairs)
    return Change(instrument, score, group, len(pairs), unchanged, median(before), median(after), p, effect)


def _grouped(conn: Connection, pairs: Sequence[Pair]) -> Mapping[str, list[Pair]]:
    """By what they received before the later score."""
    aided = _earliest(conn, first_aid_delivery.c.patient_id, first_aid_delivery.c.completed_at)
    referred = _earliest(
        conn, service_request.c.patient_id, service_request.c.at, service_request.c.status != "revoked"
    )
    groups: dict[str, list[Pair]] = {group: [] for group in GROUPS}
    for pair in pairs:
        has_aid = aided.get(pair.patient_id, pair.at) < pair.at
        has_referral = referred.get(pair.patient_id, pair.at) < pair.at
        groups[(AID_AND_REFERRAL if has_referral else AID_ONLY) if has_aid else OTHERS].append(pair)
    return groups


def _earliest(conn: Connection, person: Any, at: Any, *conditions: Any) -> dict[str, datetime]:
    earliest: dict[str, datetime] = {}
    for patient_id, moment in conn.execute(select(person, at).where(at.is_not(None), *conditions).order_by(at)):
        earliest.setdefault(patient_id, moment)
    return earliest
