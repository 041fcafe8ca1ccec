"""What every page needs: the database, the bot, words, settings and templates, put together once by `create_app`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console import clockwords
from console.chat_backend import Conversations
from console.findings import finding_markup
from console.hotline import Hotline, hotline
from console.labels import label, labels
from console.limits import Allowance, RateLimiter
from console.permissions import Permission
from console.staff_language import spoken, told
from console.wording import LANGUAGES, Translate
from followup.database import Database
from screening.definitions import Library, Place
from screening.engine import Engine

if TYPE_CHECKING:
    from console.channels import Channels
    from console.editor.words_desk import WordsDesk
    from console.models import ModelDesk
    from console.translations.desk import TranslationDesk

HERE = Path(__file__).parent
CHAT_ALLOWANCE = Allowance(burst=20, per_minute=60)
LOGIN_ALLOWANCE = Allowance(burst=20, per_minute=20)


@dataclass(frozen=True)
class ConsoleSettings:
    """What an installation may set; the defaults serve the embedded mode."""

    secure_cookies: bool | None = None
    """None: the cookie is marked Secure when the request came by https."""
    chat_allowance: Allowance = CHAT_ALLOWANCE
    """Messages of one person."""
    login_allowance: Allowance = LOGIN_ALLOWANCE
    """Tries to sign in from one network address; an account has a limit of its own besides."""
    exit_address: str = "https://www.google.com/"
    """The neutral page to which "salir rápido" leads."""
    programme: str = "Programa Uyariq"
    """Who refers a person: the name at the head of letters."""
    programme_contact: str = ""
    """How the receiver and the person reach the programme: a phone or an address, as it is printed."""
    second_step_roles: frozenset[str] = frozenset()
    """Roles that cannot work without a code of their phone at sign-in."""
    listeners: bool = False
    """Whether somebody listens to voice notes: their page is named in the menu."""
    start_payloads: Mapping[str, str] = field(default_factory=lambda: _language_payloads("greet"))
    """What the chat page sends when a person begins, by language."""
    language_payloads: Mapping[str, str] = field(default_factory=lambda: _language_payloads("change_language"))
    """What the chat page sends when a person changes the language in the middle."""


def _language_payloads(intent: str) -> dict[str, str]:
    return {code: f'/{intent}{{"language": "{code}"}}' for code in ("es", "qu")}


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Site:
    """One running console."""

    database: Database
    conversations: Conversations
    library: Library
    translate: Translate
    settings: ConsoleSettings
    now: Callable[[], datetime]
    chat_limiter: RateLimiter
    login_limiter: RateLimiter
    templates: Environment
    districts: Mapping[str, Place]
    engine: Engine | None = None
    """The engine of the chat, where it runs in the same process."""
    refused: Counter[str] = field(default_factory=Counter)
    """Chat messages not passed on, by the code of the reason."""
    channels: Channels | None = None
    """The platforms' inbox and outbox; None in a console without a gateway."""
    models: ModelDesk | None = None
    """The models that understand messages; None in a console beside which none is trained."""
    translations: TranslationDesk | None = None
    """Texts, catalogs and recordings; None in a console that does not edit them."""
    words: WordsDesk | None = None
    """Checks words of danger, of places and of the gateway; None in a console that does not change them."""

    def page(self, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
        """The template as an HTML answer."""
        return HTMLResponse(self.templates.get_template(template).render(**values), status_code=status_code)

    def hotline(self, kind: str, language: str) -> Hotline:
        """The line of that kind that answers now, in the words of that language."""
        return hotline(self.library, kind, language, self.now(), self.translate)


def site_of(request: Request) -> Site:
    """The site that a request belongs to."""
    site: Site = request.app.state.site
    return site


def use_rules(app: Starlette, library: Library, engine: Engine, channels: Channels | None) -> None:
    """Other rules are in use from now on; a page that is being made ends with those it began with."""
    districts = {place.ubigeo: place for place in library.places}
    site: Site = app.state.site
    app.state.site = replace(site, library=library, engine=engine, districts=districts, channels=channels)


def load_templates() -> Environment:
    """The page templates: escaping always on, and a name misspelt in one is an error rather than a blank."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(told, _told_by_number, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["staff_words"] = spoken
    environment.globals["staff_languages"] = LANGUAGES
    environment.filters["told"] = told
    environment.filters["label"] = label
    environment.filters["finding"] = finding_markup
    environment.filters["due_words"] = clockwords.due_words
    environment.filters["moment_words"] = clockwords.moment_words
    environment.globals["labels"] = labels()
    environment.globals["Permission"] = Permission
    return environment


def _told_by_number(one: str, many: str, number: int) -> str:
    return told(one if number == 1 else many)
