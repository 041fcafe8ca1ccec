"""The directory of health centres: brought in from a file, and the nearest for a person's district."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from math import asin, cos, inf, radians, sin, sqrt
from typing import Any

from sqlalchemy import Date, bindparam, func, insert, or_, select, true, update
from sqlalchemy.engine import Connection, Row

from followup import audit, context
from followup.centre_file import Centre
from followup.models import conversation, health_centre, patient
from followup.referral_rules import ReferralKind, ReferralRules, referral_rules

NAMED_KIND = "csmc"
"""The kind of referral whose centres the bot names to somebody who asks where to go."""
RINGS = ("district", "province", "department", "country")
"""How near a centre is to a person, the nearest first."""
_EARTH_KM = 6371.0
_PROVINCE, _DEPARTMENT = 4, 2
"""Digits of a ubigeo that name the province and the department."""


@dataclass(frozen=True)
class CentreEntry:
    """A centre as the directory has it. to_review: its last check is older than the rules allow."""

    code: str
    name: str
    category: str
    ubigeo: str
    address: str
    phone: str
    hours: str
    services: tuple[str, ...]
    source: str
    reviewed_on: date
    active: bool
    to_review: bool

    def named(self, longest: int) -> str:
        """Name and address; the name alone where both together have more letters."""
        whole = ", ".join(filter(None, (self.name, self.address)))
        return whole if len(whole) <= longest else self.name[:longest]


@dataclass(frozen=True)
class NearCentre:
    """A centre beside how near it is: ring of RINGS, and kilometres in a straight line where they are known.

    fits: place in the order of what the kind of referral prefers, 0 best.
    """

    entry: CentreEntry
    ring: str
    kilometres: float | None
    fits: int


@dataclass(frozen=True)
class ImportReport:
    """What a file changed, or would change."""

    new: int
    changed: int
    same: int


def rules_of(conn: Connection) -> ReferralRules:
    """The rules of referring that go with the connection."""
    return referral_rules(context.of(conn).rules_folder)


def import_centres(
    conn: Connection, centres: Sequence[Centre], now: datetime, *, by: str | None, dry_run: bool = False
) -> ImportReport:
    """What the rows change; nothing is written in a dry run. Centres that the file does not name stay as they are."""
    standing = {row.code: _comparable(row) for row in conn.execute(select(health_centre))}
    rows = [_row(centre) for centre in centres]
    new = [row for row in rows if row["code"] not in standing]
    changed = [row for row in rows if row["code"] in standing and standing[row["code"]] != row]
    report = ImportReport(len(new), len(changed), len(rows) - len(new) - len(changed))
    if not dry_run:
        _write(conn, new, changed, now)
        detail = asdict(report)
        audit.record(conn, now, audit.UPDATE, "centres.imported", "Location", None, practitioner_id=by, detail=detail)
    return report


def _write(conn: Connection, new: list[dict[str, Any]], changed: list[dict[str, Any]], now: datetime) -> None:
    if new:
        conn.execute(insert(health_centre), [row | {"updated_at": now} for row in new])
    if changed:
        rows = [row | {"updated_at": now} for row in changed]
        columns = {name: bindparam(f"new_{name}", type_=health_centre.c[name].type) for name in rows[0]}
        statement = update(health_centre).where(health_centre.c.code == bindparam("old_code")).values(**columns)
        values = [{f"new_{name}": value for name, value in row.items()} | {"old_code": row["code"]} for row in rows]
        conn.execute(statement, values)


def _row(centre: Centre) -> dict[str, Any]:
    return asdict(centre) | {"services": list(centre.services)}


def _comparable(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name != "updated_at"}


def centre(conn: Connection, code: str, today: date) -> CentreEntry | None:
    """The entry of that code."""
    row = conn.execute(select(health_centre).where(health_centre.c.code == code)).first()
    return _entry(row, rules_of(conn), today) if row else None


def entries(
    conn: Connection, today: date, *, words: str = "", ubigeos: Collection[str] | None = None, limit: int = 200
) -> list[CentreEntry]:
    """The directory by district and name; words: part of a name or a whole code; ubigeos: only these districts."""
    wanted = select(health_centre).order_by(health_centre.c.ubigeo, health_centre.c.name).limit(limit)
    conditions = []
    if words:
        conditions += [health_centre.c.name.ilike(f"%{_plain(words)}%", escape="\\"), health_centre.c.code == words]
    if ubigeos is not None:
        conditions.append(health_centre.c.ubigeo.in_(tuple(ubigeos)))
    if conditions:
        wanted = wanted.where(or_(*conditions))
    rules = rules_of(conn)
    return [_entry(row, rules, today) for row in conn.execute(wanted)]


def count(conn: Connection) -> int:
    """How many centres the directory has."""
    return int(conn.execute(select(func.count()).select_from(health_centre)).scalar_one())


def count_to_review(conn: Connection, today: date) -> int:
    """How many active entries nobody has checked for longer than the rules allow."""
    oldest = bindparam("oldest", today - rules_of(conn).review_after, type_=Date())
    late = health_centre.c.active == true(), health_centre.c.reviewed_on < oldest
    return int(conn.execute(select(func.count()).select_from(health_centre).where(*late)).scalar_one())


def nearest(
    conn: Connection, ubigeo: str | None, kind: ReferralKind, today: date, limit: int | None = 10
) -> list[NearCentre]:
    """Active centres for that kind of referral, the nearest first.

    The same district, then the province, then the department. Where the directory has coordinates, a short distance
    counts as the same province, and within a ring the shorter distance comes first. Without a district: by name.
    """
    rules, wanted = rules_of(conn), select(health_centre).where(health_centre.c.active == true())
    if ubigeo is not None:
        same_department = health_centre.c.ubigeo.startswith(ubigeo[:_DEPARTMENT])
        wanted = wanted.where(or_(same_department, health_centre.c.latitude.is_not(None)))
    rows = conn.execute(wanted).all()
    origin = _origin(rows, ubigeo)
    found = [_near(row, ubigeo, origin, kind, rules, today) for row in rows if _fits(row, kind) is not None]
    found = [one for one in found if one.ring != "country" or ubigeo is None]
    found.sort(key=_order)
    return found if limit is None else found[:limit]


def nearest_for_conversation(conn: Connection, conversation_id: str, today: date) -> CentreEntry | None:
    """The nearest mental-health centre of the person who writes there: in their district or province, checked in time.

    None where the district is not known or the directory has none: then nothing is named rather than something wrong.
    """
    theirs = (
        select(patient.c.district)
        .join(conversation, conversation.c.patient_id == patient.c.id)
        .where(conversation.c.id == conversation_id)
    )
    ubigeo, kind = conn.execute(theirs).scalar(), rules_of(conn).kinds.get(NAMED_KIND)
    if ubigeo is None or kind is None:
        return None
    found = nearest(conn, ubigeo, kind, today, limit=None)
    near = (one.entry for one in found if one.ring in RINGS[:2] and not one.entry.to_review)
    return next(near, None)


def nearest_to(conn: Connection, place: tuple[float, float], today: date) -> tuple[CentreEntry, float] | None:
    """The mental-health centre nearest to a point, checked in time, and how far it is in kilometres.

    place: latitude and longitude in degrees. None where the directory has no coordinates, or none within the distance
    that the rules call near.
    """
    rules = rules_of(conn)
    kind = rules.kinds.get(NAMED_KIND)
    located = health_centre.c.active == true(), health_centre.c.latitude.is_not(None)
    rows = conn.execute(select(health_centre).where(*located)).all() if kind else []
    away = [(row, _kilometres(place, row)) for row in rows if kind and _fits(row, kind) is not None]
    near = sorted(((far, row.code, row) for row, far in away if far is not None and far <= rules.near_km))
    found = ((_entry(row, rules, today), far) for far, _, row in near)
    return next(((entry, far) for entry, far in found if not entry.to_review), None)


def _near(
    row: Row[Any],
    ubigeo: str | None,
    origin: tuple[float, float] | None,
    kind: ReferralKind,
    rules: ReferralRules,
    today: date,
) -> NearCentre:
    away = _kilometres(origin, row)
    ring = _ring(row.ubigeo, ubigeo)
    if away is not None and away <= rules.near_km and RINGS.index(ring) > RINGS.index("province"):
        ring = "province"
    fits = _fits(row, kind)
    assert fits is not None, "only centres that fit are asked for"
    return NearCentre(_entry(row, rules, today), ring, away, fits)


def _order(near: NearCentre) -> tuple[Any, ...]:
    distance = inf if near.kilometres is None else near.kilometres
    # An entry that nobody checked for long may be wrong: it comes after those of its ring that were.
    return RINGS.index(near.ring), near.entry.to_review, near.fits, distance, near.entry.name, near.entry.code


def _fits(row: Row[Any], kind: ReferralKind) -> int | None:
    """Place of the best service that the centre offers in what the kind asks for; None when it offers none."""
    return next((place for place, service in enumerate(kind.services) if service in row.services), None)


def _ring(there: str, here: str | None) -> str:
    if here is None:
        return "country"
    if there == here:
        return "district"
    if there[:_PROVINCE] == here[:_PROVINCE]:
        return "province"
    return "department" if there[:_DEPARTMENT] == here[:_DEPARTMENT] else "country"


def _origin(rows: Iterable[Row[Any]], ubigeo: str | None) -> tuple[float, float] | None:
    """A point in the person's district, of which nothing but the district is known: the middle of its centres."""
    points = [(row.latitude, row.longitude) for row in rows if row.ubigeo == ubigeo and row.latitude is not None]
    if not points:
        return None
    return sum(point[0] for point in points) / len(points), sum(point[1] for point in points) / len(points)


def _kilometres(origin: tuple[float, float] | None, row: Row[Any]) -> float | None:
    """The great circle between two points (haversine)."""
    if origin is None or row.latitude is None:
        return None
    south, west = (radians(degrees) for degrees in origin)
    north, east = radians(row.latitude), radians(row.longitude)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))


def _entry(row: Row[Any], rules: ReferralRules, today: date) -> CentreEntry:
    return CentreEntry(
        code=row.code,
        name=row.name,
        category=row.category,
        ubigeo=row.ubigeo,
        address=row.address,
        phone=row.phone,
        hours=row.hours,
        services=tuple(row.services),
        source=row.source,
        reviewed_on=row.reviewed_on,
        active=row.active,
        to_review=today - row.reviewed_on > rules.review_after,
    )


def _plain(words: str) -> str:
    """Words to look for, in which no sign has a meaning of its own."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
