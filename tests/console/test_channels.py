"""What staff see of Telegram and WhatsApp: alerts, dead letters without their words, templates, counts for machines."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.gateway.alerts import Alerts
from bot.gateway.board import Board
from bot.gateway.incoming import Incoming
from bot.gateway.seal import Seal
from bot.gateway.store import FAILED, Store
from console.channels import Channels, Template
from followup.models import audit_event
from tests.console.people import csrf_of

ANA, BETO = "telegram-ana", "whatsapp-beto"
WORDS = "usted contestó que sí"


@pytest.fixture
def store(database: Any) -> Store:
    """Inbox and outbox in the console's database."""
    return Store(database.writer, Seal(bytes(range(32))))


@pytest.fixture
def visitor(
    make_app: Callable[..., Any], database: Any, store: Store, add_staff: Any, clock: Any
) -> Callable[[str], Any]:
    """The browser of somebody with that role, over a console that knows the platforms."""
    from starlette.testclient import TestClient

    from tests.console.people import PASSWORD

    templates = [Template("rescreen", "qu", "uyariq_rescreen_qu", "pending")]
    app = make_app(channels=Channels(Board(database.writer), templates))

    def enter(role: str) -> Any:
        add_staff(role, role)
        browser = TestClient(app, follow_redirects=False)
        form = {"csrf": csrf_of(browser.get("/login").text), "usuario": role, "clave": PASSWORD}
        assert browser.post("/login", data=form).status_code == 303
        return browser

    return enter


def letter(store: Store, clock: Any, conversation: str, reason: str) -> int:
    """Something that could not be sent."""
    store.put(conversation, [{"text": WORDS}], clock())
    outgoing = store.next_outgoing(conversation)
    assert outgoing is not None
    store.dead(outgoing, reason)
    return outgoing.number


def test_dead_letters_are_shown_without_their_words_or_whose_they_were(
    visitor: Callable[[str], Any], store: Store, clock: Any
) -> None:
    """Platform, reason and time are all that staff need."""
    letter(store, clock, ANA, "400")
    letter(store, clock, BETO, "window_closed")
    page = visitor("supervisor").get("/canales").text
    assert "pasaron más de 24 horas sin una plantilla aprobada" in page
    assert "la plataforma no aceptó el mensaje" in page
    assert WORDS not in page
    assert ANA not in page
    assert BETO not in page


def test_a_dead_letter_is_sent_again_or_put_away(
    visitor: Callable[[str], Any], store: Store, clock: Any, database: Any
) -> None:
    """Each is one button; both are recorded; what is gone is said to be gone."""
    first, second = (letter(store, clock, ANA, "network") for _ in range(2))
    browser = visitor("admin")
    csrf = csrf_of(browser.get("/canales").text)
    answer = browser.post("/canales/reintentar", data={"csrf": csrf, "carta": str(first)})
    assert answer.headers["location"] == "/canales?aviso=letters_retried"
    waiting = store.next_outgoing(ANA)
    assert waiting is not None
    assert (waiting.number, waiting.tries, waiting.bubble["text"]) == (first, 0, WORDS)
    browser.post("/canales/quitar", data={"csrf": csrf, "carta": str(second)})
    assert store.counts()["dead"] == 0
    for text in (str(second), "x", "9" * 30):
        answer = browser.post("/canales/reintentar", data={"csrf": csrf, "carta": text})
        assert answer.headers["location"] == "/canales?aviso=letters_gone"
    with database.read() as conn:
        done = conn.execute(select(audit_event.c.subtype).where(audit_event.c.object_kind == "DeadLetter")).scalars()
        assert list(done) == ["dead_letter.retried", "dead_letter.put_away"]


def test_all_are_sent_again_with_one_button_but_not_what_was_forgotten(
    visitor: Callable[[str], Any], store: Store, clock: Any
) -> None:
    """After its time a letter has no words any more."""
    letter(store, clock, ANA, "network")
    store.forget(clock() + timedelta(days=1))
    letter(store, clock, BETO, "network")
    browser = visitor("supervisor")
    page = browser.get("/canales").text
    assert len(re.findall(r'name="carta"[^>]*>Enviar otra vez', page)) == 1
    browser.post("/canales/reintentar", data={"csrf": csrf_of(page), "todas": "1"})
    assert store.counts()["dead"] == 1
    assert store.counts()["to_send"] == 1


def test_a_refused_token_and_templates_are_shown(
    visitor: Callable[[str], Any], store: Store, clock: Any, database: Any
) -> None:
    """An alert says what to mend; approval states come from the rules."""
    Alerts(database.writer, clock)["telegram"] = "token"
    page = visitor("supervisor").get("/canales").text
    assert "Telegram no nos deja entrar" in page
    assert "hay que poner una nueva" in page
    assert "uyariq_rescreen_qu" in page
    assert "pedida, falta la respuesta" in page


def test_counselors_find_no_such_page(visitor: Callable[[str], Any]) -> None:
    """The platforms are the supervisors' concern."""
    assert visitor("counselor").get("/canales").status_code == 404


def test_a_console_without_platforms_says_so(add_staff: Any, sign_in: Any) -> None:
    """Nothing is broken where nothing is switched on."""
    add_staff("sara", "supervisor")
    assert "no hay ninguna plataforma encendida" in sign_in("sara").get("/canales").text


def test_machines_read_counts_by_platform(
    visitor: Callable[[str], Any], store: Store, clock: Any, database: Any
) -> None:
    """What waits and for how long, what failed and why, and whether a platform refuses us."""
    letter(store, clock, ANA, "400")
    store.unreachable(BETO, "131026")
    store.put(BETO, [{"text": WORDS}], clock())
    store.keep([(ANA, Incoming("telegram", str(n), "1", "text", WORDS)) for n in range(3)], clock())
    first = store.next_received(ANA)
    assert first is not None
    store.answered(first, [], clock(), FAILED)
    Alerts(database.writer, clock)["whatsapp"] = "token"
    clock.pass_time(seconds=90)
    page = visitor("supervisor").get("/metrics").text
    for line in (
        'uyariq_inbox_waiting{channel="telegram"} 2',
        "uyariq_inbox_oldest_seconds 90.0",
        'uyariq_inbox_failed{channel="telegram"} 1',
        'uyariq_outbox_waiting{channel="whatsapp"} 1',
        'uyariq_dead_letters{channel="telegram",reason="400"} 1',
        'uyariq_unreachable{channel="whatsapp"} 1',
        'uyariq_platform_refused{channel="whatsapp",reason="token"} 1',
    ):
        assert line in page.splitlines()


def test_people_are_counted_by_the_link_that_brought_them(
    visitor: Callable[[str], Any], store: Store, clock: Any
) -> None:
    """Each by their first link, most people first; what stands behind a link is nobody's markup."""
    links = ("ayacucho-radio", "<b>feria</b>", "ayacucho-radio", None)
    for number, link in enumerate(links):
        person = f"telegram-p{number}"
        store.keep([(person, Incoming("telegram", f"s{number}", str(number), "text", "hola", source=link))], clock())
    store.keep([("telegram-p0", Incoming("telegram", "s9", "0", "text", "hola", source="otra"))], clock())
    page = visitor("supervisor").get("/canales").text
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th><td>(\d+)</td></tr>', page)
    assert rows == [("ayacucho-radio", "2"), ("&lt;b&gt;feria&lt;/b&gt;", "1")]
