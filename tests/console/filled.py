"""A console in which every page has something to show, and the address of each of its pages.

A page that is added and has no address here makes `test_every_page.py` fail.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.gateway.board import Board
from bot.gateway.seal import Seal
from bot.gateway.store import Store
from console.app import routes
from console.channels import Channels, Template
from console.site import ConsoleSettings
from console.visit import StaffRoute
from followup import (
    break_glass,
    handovers,
    health_centres,
    one_time_codes,
    rule_drafts,
    rule_publications,
    staff_messages,
    voice_notes,
    worklist,
)
from followup.centre_file import read_centres
from followup.merge import merge
from followup.referral_rules import referral_rules
from screening import events as said
from tests.console.desk import Desk, ogg
from tests.console.model_desk import Desk as ModelDesk
from tests.console.model_desk import Waiting
from tests.console.people import PASSWORD, csrf_of

SAMPLE = Path(__file__).parents[1] / "followup" / "centros_ejemplo.csv"
TALK = "julio"
SPOKEN = "srq_minsa.srq_1"
CHANGED = "first_aid/respiracion.yml"
MANY = 40
NO_PAGES = {
    "/healthz",
    "/metrics",
    "/sesion",
    "/mensajes/ejemplos",
    "/voz/sonido",
    "/traducciones/audio",
    "/traducciones/archivos/bajar",
}
"""Answers for machines, files and an empty answer."""
LEAD_AWAY = {"/casos/{task}/llamar", "/casos/{task}/whatsapp", "/lista/siguiente", "/traducciones/revisar"}
"""They send the browser on: to the telephone, or to another page of ours."""


class Filled:
    """The console with its people. addresses: route -> address; browser: of an administrator who may see names."""

    def __init__(self, make_app: Any, database: Any, clock: Any, people: Any, add_staff: Any, library: Any) -> None:
        self._database, self._clock, self._add = database, clock, add_staff
        self.rosa, self.crisis = people.rosa()
        self.julio, self.call = people.julio()
        people.carmen()
        add_staff("luz", "admin")
        self.ana = add_staff("ana", "counselor", view_pii=False, languages=("es", "quy"))
        for number in range(MANY):
            self._somebody(number)
        self._directory(library)
        self._talk()
        self._emergency()
        self._joined()
        channels = Channels(Board(database.writer), [Template("rescreen", "qu", "uyariq_rescreen_qu", "pending")])
        shelf = Desk(Path(str(database.engine.url.database)).parent, database)
        shelf.voice.put("es", SPOKEN, ogg(), "Otras palabras")
        models = ModelDesk()
        models.waiting, models.before = Waiting(worse=("messages.es.macro_f1",)), True
        self.app = make_app(
            channels=channels, settings=ConsoleSettings(listeners=True), translations=shelf.desk, models=models
        )
        self.browser = self.sign_in("luz")
        self.stranger = TestClient(self.app, follow_redirects=False)
        self.half = self.sign_in("pia")
        self.eva = add_staff("eva", "staff")
        self.editor = self.sign_in("eva")
        self._letter()
        self._refer()
        self.reading = self._read_aloud()
        self.draft = self._changed_rules()
        self.addresses = self._addresses()

    def visitor(self, path: str) -> TestClient:
        """Whose browser sees that page."""
        others = {"/login": self.stranger, "/login/codigo": self.half, "/inicio": self.editor}
        return others.get(path, self.browser)

    def sign_in(self, username: str) -> TestClient:
        """A browser of that account."""
        browser = TestClient(self.app, follow_redirects=False)
        form = {"csrf": csrf_of(browser.get("/login").text), "usuario": username, "clave": PASSWORD}
        assert browser.post("/login", data=form).status_code == 303
        return browser

    def _somebody(self, number: int) -> None:
        """One of many who wait for a call; two of them share a phone."""
        now = self._clock() - timedelta(minutes=number)
        phone = f"+519{max(number, 1):08d}"
        with self._database.turn(f"many-{number}", f"many-{number}", now, "web", "es") as turn:
            turn.record(
                [
                    said.ConsentGiven(at=now, kind="screening", version="2026112202"),
                    said.ProfileAnswered(at=now, field="district", value="150110"),
                    said.ProfileAnswered(at=now, field="age", value=20 + number),
                    said.IdentityGiven(at=now, kind="name", value=f"Persona Inventada {number}"),
                    said.IdentityGiven(at=now, kind="phone", value=phone),
                    said.ConsentGiven(at=now, kind="callback", version="1"),
                    said.MessageNotUnderstood(
                        at=now, text=f"trozo verde de nube {chr(97 + number % 26)}", language="es"
                    ),
                    said.TaskAdvised(
                        at=now,
                        kind="callback",
                        priority=("asap", "urgent", "routine")[number % 3],
                        due_at=now + timedelta(hours=number - 5),
                        reasons=("asked_for_call",),
                        rule="callback",
                    ),
                ]
            )

    def _directory(self, library: Any) -> None:
        places = {place.ubigeo for place in library.places}
        centres, _ = read_centres(SAMPLE.read_bytes(), places, referral_rules().services, self._clock().date())
        with self._database.begin() as conn:
            health_centres.import_centres(conn, centres, self._clock(), by=None)

    def _talk(self) -> None:
        """Ana's colleague writes with Julio, and he left a voice note before."""
        writer = self._add("nora").id
        with self._database.begin() as conn:
            say = lambda code, language, who: f"{code} {who}"  # noqa: E731 the words do not matter here
            staff_messages.write(conn, self.julio, writer, "¿Cómo amaneció?", say, self._clock())
            held = handovers.of_person(conn, self.julio)
            assert held is not None
            staff_messages.heard(conn, held, "m-1", "Mejor, gracias", self._clock(), kind=None, danger=False)
            voice_notes.decide(conn, TALK, True, self._clock())
            voice_notes.keep(conn, TALK, "m7", b"OggS" + b"\0" * 50, self._clock())

    def _emergency(self) -> None:
        """Two looks in an emergency, one of them reviewed; Pia signs in by two steps."""
        reviewer, pia = self._add("tito", "supervisor").id, self._add("pia").id
        reason = "La persona pidió que la llame hoy y no hay otra persona de turno."
        with self._database.begin() as conn:
            for patient in (self.rosa, self.julio):
                break_glass.open_names(conn, patient, self.ana.id, reason, self._clock())
            first = break_glass.openings(conn, reviewed=False)[0]
            break_glass.review(conn, first.id, "not_justified", "Había alguien.", self._clock(), reviewer)
            begun = one_time_codes.begin(conn, pia, self._clock())
            one_time_codes.switch_on(conn, pia, pyotp.TOTP(begun.secret).at(self._clock()), self._clock())

    def _joined(self) -> None:
        """Two who were joined and may be two again, and two who wrote since."""
        for number in range(2):
            both = [self._says(f"joined-{number}-{one}", 0) for one in "ab"]
            with self._database.begin() as conn:
                merge(conn, both[1], both[0], self._clock(), practitioner_id=self.ana.id)
        self._says("joined-0-a", 1)

    def _says(self, conversation: str, minute: int) -> str:
        """Somebody writes; their id."""
        now = self._clock() + timedelta(minutes=minute)
        with self._database.turn(conversation, f"m{minute}", now, "web", "es") as turn:
            turn.record([said.ConsentGiven(at=now, kind="screening", version="2026112202")])
            return turn.patient_id

    def _letter(self) -> None:
        """Something that could not be sent."""
        store = Store(self._database.writer, Seal(bytes(range(32))))
        store.put("telegram-x", [{"text": "algo"}], self._clock())
        outgoing = store.next_outgoing("telegram-x")
        assert outgoing is not None
        store.dead(outgoing, "blocked")

    def _refer(self) -> None:
        """Rosa is referred to the centre that is nearest."""
        page = self.browser.get(f"/personas/{self.rosa}/derivar").text
        form = {"csrf": csrf_of(page), "clase": "csmc", "centro": "99000007", "motivo-suicide_item": "1"}
        sent = self.browser.post(f"/personas/{self.rosa}/derivar", data=form | {"permiso": "agreed"})
        assert sent.status_code == 303, sent.text

    def _read_aloud(self) -> str:
        """The administrator holds Rosa's case and reads a questionnaire to Julio."""
        token = csrf_of(self.browser.get("/clave").text)
        assert self.browser.post(f"/casos/{self.crisis}/tomar", data={"csrf": token}).status_code == 303
        begun = self.browser.post(
            f"/personas/{self.julio}/tamizaje", data={"csrf": token, "cuestionario": "phq9", "idioma": "es"}
        )
        assert begun.status_code == 303, begun.text
        return str(begun.headers["location"].rsplit("/", 1)[1])

    def _changed_rules(self) -> int:
        """Eva has published a change of one script and is in the middle of the next."""
        published = self._draft("Otro nombre")
        with self._database.begin() as conn:
            rule_publications.publish(
                conn, published.id, published.revision, "Más claro", self.eva.id, self._clock(), lambda path, text: []
            )
        return self._draft("Un tercer nombre").id

    def _draft(self, title: str) -> rule_drafts.Draft:
        text = (self._database.rules / CHANGED).read_text(encoding="utf-8")
        changed = re.sub(r"^title: .*$", f'title: "{title}"', text, flags=re.MULTILINE)
        with self._database.begin() as conn:
            begun = rule_drafts.open_draft(conn, CHANGED, text, self.eva.id, self._clock())
            return rule_drafts.save_draft(conn, begun.id, begun.revision, changed, {}, self.eva.id, self._clock())

    def _addresses(self) -> dict[str, str]:
        with self._database.read() as conn:
            card = worklist.card(conn, self.crisis, self._clock(), viewer="")
        assert card is not None
        ids = {"task": self.crisis, "user": self.ana.id, "reading": self.reading, "draft": self.draft}
        return {path: path.format(**ids, patient=self._whose(path)) + self._query(path) for path in pages()}

    def _whose(self, path: str) -> str:
        return self.julio if "{reading}" in path or "conversacion" in path else self.rosa

    def _query(self, path: str) -> str:
        one_text = f"?texto={SPOKEN}&idioma=qu"
        queries = {
            "/personas/{patient}": f"?caso={self.crisis}",
            "/traducciones/texto": one_text,
            "/editor/archivo": f"?ruta={CHANGED}",
        }
        return queries.get(path, "")


def pages() -> list[str]:
    """The routes of all pages that a browser shows."""
    shown = [route.path for route in routes() if isinstance(route, Route) and "GET" in (route.methods or ())]
    return [path for path in shown if path not in NO_PAGES | LEAD_AWAY]


def whole_pages() -> list[str]:
    """The same without parts that a page reads again into itself."""
    parts = {route.path for route in routes() if isinstance(route, StaffRoute) and route.quiet}
    return [path for path in pages() if path not in parts]
