"""What part of the list somebody looks at, as it stands in the address: so that it can be shared and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from console.places import place_code
from followup.worklist import Filters

LANGUAGES: Mapping[str, str] = {"es": "language", "qu": "language", "quy": "variety", "quz": "variety"}
"""Languages and varieties that can be chosen, with the group of their label."""
KINDS = ("crisis", "callback", "referral", "community_visit")
SECTIONS = ("crisis", "due", "later", "agreed", "closed")
"""Parts of the list (their words: texts/labels.yml); without one the list shows what can be done now."""
PHONE = {"si": True, "no": False}
MOST_ATTEMPTS = 9
_LONGEST_ID = 36


@dataclass(frozen=True)
class View:
    """language: a language or a variety of it. place: an ubigeo or its beginning. counselor: id of an account."""

    section: str | None = None
    language: str | None = None
    kind: str | None = None
    place: str | None = None
    counselor: str | None = None
    phone: str | None = None
    attempt: int | None = None
    late: bool = False
    mine: bool = False
    to_confirm: bool = False
    page: int = 1

    @classmethod
    def of_query(cls, query: Mapping[str, str], places: Mapping[str, Any]) -> View:
        """What the address asks for; what is not offered is left out."""
        page, attempt = query.get("pagina", ""), query.get("intento", "")
        return cls(
            section=_one_of(query.get("ver"), SECTIONS),
            language=_one_of(query.get("idioma"), LANGUAGES),
            kind=_one_of(query.get("tipo"), KINDS),
            place=place_code(query.get("lugar"), places),
            counselor=(query.get("de") or "")[:_LONGEST_ID] or None,
            phone=_one_of(query.get("telefono"), PHONE),
            attempt=int(attempt) if attempt in map(str, range(1, MOST_ATTEMPTS + 1)) else None,
            late=query.get("vencidos") == "1",
            mine=query.get("mios") == "1",
            to_confirm=query.get("confirmar") == "1",
            page=int(page) if page.isdecimal() and 0 < int(page) < 1000 else 1,
        )

    def query(self, **changed: Any) -> str:
        """The address of this view with some of it changed."""
        view = replace(self, **{"page": 1, **changed})
        named = {
            "ver": view.section,
            "idioma": view.language,
            "tipo": view.kind,
            "lugar": view.place,
            "de": view.counselor,
            "telefono": view.phone,
            "intento": view.attempt,
            "vencidos": "1" if view.late else None,
            "mios": "1" if view.mine else None,
            "confirmar": "1" if view.to_confirm else None,
            "pagina": str(view.page) if view.page > 1 else None,
        }
        return urlencode({name: value for name, value in named.items() if value})

    @property
    def filtered(self) -> bool:
        """Whether less than the usual list is asked for."""
        return bool(self.query())

    def filters(self, viewer: str) -> Filters:
        """The same for the database."""
        varied = LANGUAGES.get(self.language or "") == "variety"
        return Filters(
            section="mine" if self.mine else self.section,
            viewer=viewer,
            language=None if varied else self.language,
            variety=self.language if varied else None,
            kind=self.kind,
            district=self.place,
            counselor=self.counselor,
            has_phone=PHONE.get(self.phone or ""),
            attempt=self.attempt,
            overdue=self.late,
            awaiting_supervisor=self.to_confirm,
        )


def clean_query(typed: str, places: Mapping[str, Any]) -> str:
    """An address that somebody wants to keep: only what a view can say, from its first page."""
    return View.of_query(dict(parse_qsl(typed)), places).query()


def _one_of(value: str | None, allowed: Any) -> str | None:
    return value if value in allowed else None
