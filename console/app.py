"""The console as one web application: routes with their permissions, and answers when something is missing or fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from console import (
    audit_page,
    auth,
    calls,
    chat,
    conversation,
    data_life,
    duplicates,
    emergency,
    exports,
    first_aid_by_phone,
    front,
    health,
    health_centres,
    messages,
    notes,
    own_notices,
    person,
    reach,
    reading_language,
    referrals,
    reports,
    saved,
    screening_by_phone,
    second_step,
    supervision,
    users,
    visits,
    voice_notes,
    worklist,
)
from console import channels as channels_page
from console.chat_backend import ChatBackend, Conversations
from console.compression import Compression
from console.editor.routes import routes as editor_routes
from console.editor.words_desk import WordsDesk
from console.failures import note_failure
from console.headers import SecurityHeaders
from console.limits import RateLimiter
from console.models import ModelDesk
from console.models import routes as model_routes
from console.permissions import Permission
from console.site import HERE, ConsoleSettings, Site, load_templates, site_of, utc_now
from console.staff_language import speaking
from console.translations.desk import TranslationDesk
from console.translations.routes import routes as translation_routes
from console.visit import StaffRoute, Visit, not_found
from console.wording import Translate, in_spanish
from followup.database import Database
from screening.definitions import Library
from screening.engine import Engine

NOBODY_NEEDED, ANY_STAFF = Permission.PUBLIC, Permission.SIGNED_IN
CASES, IDENTITY, SUPERVISION = Permission.WORK_CASES, Permission.VIEW_IDENTITY, Permission.SUPERVISE
MESSAGES = Permission.LABEL_MESSAGES


def routes() -> list[BaseRoute]:
    """All addresses. Whoever adds one says in the same line who may use it; a test walks them all."""
    return [
        Route("/", front.front_door),
        Route("/chat", chat.chat_page),
        Route("/chat/messages", chat.chat_messages, methods=["POST"]),
        Route("/chat/waiting", chat.chat_waiting, methods=["POST"]),
        Route("/healthz", health.healthz),
        Route("/metrics", health.metrics),
        Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
        StaffRoute("/login", auth.sign_in_form, NOBODY_NEEDED),
        StaffRoute("/login", auth.sign_in, NOBODY_NEEDED, "POST"),
        StaffRoute("/salir", auth.sign_out, ANY_STAFF, "POST"),
        StaffRoute("/clave", auth.password_form, ANY_STAFF),
        StaffRoute("/clave", auth.change_password, ANY_STAFF, "POST"),
        StaffRoute("/sesion", auth.still_signed_in, ANY_STAFF, quiet=True),
        StaffRoute("/inicio", worklist.home, ANY_STAFF),
        StaffRoute("/lista", worklist.list_page, CASES),
        StaffRoute("/lista/tarjetas", worklist.cards, CASES, quiet=True),
        StaffRoute("/lista/siguiente", worklist.next_case, CASES),
        StaffRoute("/personas/{patient}", person.person_page, CASES),
        StaffRoute("/personas/{patient}/identidad", person.look_at_identity, IDENTITY, "POST"),
        StaffRoute("/casos/{task}/tomar", calls.take, CASES, "POST"),
        StaffRoute("/casos/{task}/soltar", calls.give_back, CASES, "POST"),
        StaffRoute("/casos/{task}/resultado", calls.record_result, CASES, "POST"),
        StaffRoute("/casos/{task}/terminar", calls.finish, CASES, "POST"),
        StaffRoute("/casos/{task}/reabrir", calls.open_again, CASES, "POST"),
        StaffRoute("/casos/{task}/confirmar", calls.confirm, SUPERVISION, "POST"),
        StaffRoute("/llamadas/{attempt}/deshacer", calls.take_back, CASES, "POST"),
        *reach.routes(),
        *saved.routes(),
        *supervision.routes(),
        *own_notices.routes(),
        *reading_language.routes(),
        *second_step.routes(),
        *users.routes(),
        *emergency.routes(),
        *audit_page.routes(),
        *duplicates.routes(),
        *data_life.routes(),
        StaffRoute("/mensajes", messages.messages_page, MESSAGES),
        StaffRoute("/mensajes", messages.save_labels, MESSAGES, "POST"),
        StaffRoute("/mensajes/ejemplos", messages.examples, MESSAGES),
        *reports.routes(),
        *exports.routes(),
        *referrals.routes(),
        *visits.routes(),
        *health_centres.routes(),
        *conversation.routes(),
        *first_aid_by_phone.routes(),
        *notes.routes(),
        *screening_by_phone.routes(),
        *channels_page.routes(),
        *voice_notes.routes(),
        *model_routes(),
        *translation_routes(),
        *editor_routes(),
    ]


def create_app(
    database: Database,
    chat_backend: ChatBackend,
    *,
    library: Library,
    translate: Translate = in_spanish,
    settings: ConsoleSettings | None = None,
    now: Callable[[], datetime] = utc_now,
    more_routes: Sequence[BaseRoute] = (),
    engine: Engine | None = None,
    channels: channels_page.Channels | None = None,
    translations: TranslationDesk | None = None,
    models: ModelDesk | None = None,
    words: WordsDesk | None = None,
) -> Starlette:
    """The console over an open database and a bot.

    library: the rules in use. translate: words of the public pages. more_routes: pages of other parts of the console;
    those for staff are StaffRoutes as well. engine: of the chat, if it is here.
    channels: the platforms' inbox and outbox, where there are any. models: those that understand messages, where they
    are trained here. translations: texts, catalogs and recordings, where they are edited here. words: checks those of
    danger, of places and of the gateway.
    """
    chosen = settings or ConsoleSettings()
    app = Starlette(
        routes=[*routes(), *more_routes],
        middleware=[Middleware(SecurityHeaders), Middleware(Compression)],
        exception_handlers={HTTPException: _no_such_page, Exception: _failed},
    )
    app.state.site = Site(
        database=database,
        conversations=Conversations(chat_backend),
        library=library,
        translate=translate,
        settings=chosen,
        now=now,
        chat_limiter=RateLimiter(chosen.chat_allowance),
        login_limiter=RateLimiter(chosen.login_allowance),
        templates=load_templates(),
        districts={place.ubigeo: place for place in library.places},
        engine=engine,
        channels=channels,
        translations=translations,
        models=models,
        words=words,
    )
    return app


async def _no_such_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    visit = Visit(request, site_of(request), site_of(request).now(), None)
    with speaking(visit.language):
        response = not_found(visit)
    response.status_code = error.status_code
    return response


async def _failed(request: Request, error: Exception) -> Response:
    note_failure("console.failed", error)
    return site_of(request).page("failed.html", 500)
