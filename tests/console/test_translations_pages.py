"""The pages of the translations: what a reviewer sees and saves, and what the bot says afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from followup import translations_store as store
from tests.console.desk import Desk, ogg, webm
from tests.console.people import PASSWORD, csrf_of


@pytest.fixture
def shelf(tmp_path: Path, database: Any) -> Desk:
    """The project's catalog, to write in."""
    return Desk(tmp_path, database)


@pytest.fixture
def enter(make_app: Any, shelf: Desk, add_staff: Any) -> Any:
    """Opens an account and signs it in."""

    def go_in(username: str = "rosa", role: str = "reviewer", languages: tuple[str, ...] = ("qu",)) -> TestClient:
        add_staff(username, role, languages=languages)
        browser = TestClient(make_app(translations=shelf.desk), follow_redirects=False)
        form = {"csrf": csrf_of(browser.get("/login").text), "usuario": username, "clave": PASSWORD}
        assert browser.post("/login", data=form).status_code == 303
        return browser

    return go_in


def first(shelf: Desk, library: Any, kind: str = "bubble", published: bool = False) -> Any:
    """A text of that kind that is translated and that nobody has signed."""
    files = shelf.desk.files("qu")
    return next(
        text
        for text in shelf.desk.texts(library)
        if text.kind == kind and text.published is published and "{" not in text.text and text.context in files
        and files[text.context].text and not files[text.context].reviewed
    )  # fmt: skip


def page_of(browser: TestClient, context: str, language: str = "qu", **more: str) -> Any:
    """The page of a text."""
    answer = browser.get("/traducciones/texto", params={"texto": context, "idioma": language, **more})
    assert answer.status_code == 200, answer.text
    return answer


def form_of(browser: TestClient, text: Any, language: str = "qu", **more: str) -> dict[str, str]:
    """What the form of the page holds."""
    page = page_of(browser, text.context, language).text
    seen = page.split('name="visto" value="')[1].split('"')[0]
    words = page.split('id="traduccion"')[1].split(">", 1)[1].split("</textarea>")[0]
    return {
        "csrf": csrf_of(page), "texto": text.context, "idioma": language, "visto": seen,
        "castellano": store.hash_of(text.text), "traduccion": words, "hacer": "aprobar", **more,
    }  # fmt: skip


def test_approved_words_carry_the_reviewers_name_and_are_said(
    enter: Any, shelf: Desk, library: Any, database: Any
) -> None:
    """The same words, now signed: the list counts one more, the audit has it."""
    browser, text = enter(), first(shelf, library)
    before = shelf.catalog.translate(text.context, text.text, "qu")
    sent = browser.post("/traducciones/texto", data=form_of(browser, text))
    assert sent.status_code == 303
    assert "aviso=approved" in sent.headers["location"]
    page = page_of(browser, text.context).text
    assert "Revisado" in page
    assert "Rosa, 25/11/2026" in page
    assert shelf.catalog.translate(text.context, text.text, "qu") == before
    with database.read() as conn:
        saved = store.history(conn, "qu", text.context)
    assert [(one.reviewer, one.source, one.text) for one in saved] == [("Rosa", text.text, before)]


def test_a_correction_reaches_the_bots_catalog_at_once(enter: Any, shelf: Desk, library: Any) -> None:
    """What is saved is what is said."""
    browser, text = enter(), first(shelf, library)
    form = form_of(browser, text, traduccion="Allinta rimasun.", retro="Hablemos bien.")
    assert "aviso=changed" in browser.post("/traducciones/texto", data=form).headers["location"]
    assert shelf.catalog.translate(text.context, text.text, "qu") == "Allinta rimasun."
    assert "Hablemos bien." in page_of(browser, text.context).text


def test_other_spanish_makes_what_was_saved_stale(
    enter: Any, shelf: Desk, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reviewed words said what the old Spanish said."""
    from dataclasses import replace

    browser, text = enter(), first(shelf, library)
    browser.post("/traducciones/texto", data=form_of(browser, text, traduccion="Allinta rimasun."))
    changed = [replace(one, text=f"{one.text} Ahora.") if one == text else one for one in shelf.desk.texts(library)]
    monkeypatch.setattr(shelf.desk, "texts", lambda _: changed)
    page = page_of(browser, text.context).text
    assert "El castellano cambió" in page
    assert "Allinta rimasun." in page
    listed = browser.get("/traducciones", params={"idioma": "qu", "estado": "stale"}).text
    assert f"{text.text} Ahora." in listed


def test_words_reviewed_meanwhile_by_somebody_else_are_shown_not_overwritten(
    enter: Any, shelf: Desk, library: Any, database: Any
) -> None:
    """Two reviewers at one text: the second sees what the first has saved."""
    browser, text = enter(), first(shelf, library)
    form = form_of(browser, text, traduccion="Huk simi.")
    other = enter("dina")
    other.post("/traducciones/texto", data=form_of(other, text, traduccion="Huk rimay."))
    answer = browser.post("/traducciones/texto", data=form)
    assert answer.status_code == 409
    assert "Huk rimay." in answer.text
    assert "Huk simi." in answer.text
    assert shelf.catalog.translate(text.context, text.text, "qu") == "Huk rimay."


def test_validated_wording_is_not_invented(enter: Any, shelf: Desk, library: Any) -> None:
    """An empty slot of a published instrument takes nothing without the place where the wording was published."""
    browser = enter()
    slot = next(
        text
        for text in shelf.desk.texts(library)
        if text.kind == "item" and library.instrument(text.context.split(".")[0]).state_in("qu") == "none"
    )
    form = form_of(browser, slot, traduccion="Imatapas ruwayta munanichu")
    assert "Reservado" in page_of(browser, slot.context).text
    refused = browser.post("/traducciones/texto", data=form)
    assert refused.status_code == 400
    assert "no se cambia ni se inventa" in refused.text
    assert shelf.catalog.translate(slot.context, slot.text, "qu") == slot.text
    with_source = form | {"fuente": "Artículo de prueba, anexo 1, página 3"}
    assert browser.post("/traducciones/texto", data=with_source).status_code == 303


def test_only_who_speaks_the_language_signs(enter: Any, shelf: Desk, library: Any, database: Any) -> None:
    """Staff without Quechua may leave a draft, and the bot's words say that nobody has signed it."""
    browser, text = enter("sara", "staff", ("es",)), first(shelf, library)
    form = form_of(browser, text, traduccion="Allinta rimasun.")
    assert browser.post("/traducciones/texto", data=form).status_code == 400
    assert browser.post("/traducciones/texto", data=form | {"hacer": "borrador"}).status_code == 303
    with database.read() as conn:
        assert [one.status for one in store.history(conn, "qu", text.context)] == [store.DRAFT]
    assert "Sin revisar" in page_of(browser, text.context).text


def test_a_doubt_stays_until_somebody_approves(enter: Any, shelf: Desk, library: Any) -> None:
    """It is found by its filter, and the approval settles it."""
    browser, text = enter(), first(shelf, library)
    form = form_of(browser, text, hacer="duda", comentario="¿Se dice así en Puno?")
    assert browser.post("/traducciones/texto", data=form).status_code == 303
    doubted = "/traducciones?idioma=qu&estado=doubts"
    assert text.context in browser.get(doubted).text
    browser.post("/traducciones/texto", data=form_of(browser, text))
    assert text.context not in browser.get(doubted).text
    assert "Duda resuelta" in page_of(browser, text.context).text


def test_lost_data_and_long_buttons_are_refused_in_words(enter: Any, shelf: Desk, library: Any) -> None:
    """A telephone must not get lost; a button has 20 letters."""
    browser = enter()
    filled = next(text for text in shelf.desk.texts(library) if "{crisis_call}" in text.text)
    label = first(shelf, library, "label")
    lost = browser.post("/traducciones/texto", data=form_of(browser, filled, traduccion="Waqyay."))
    assert "{crisis_call}" in lost.text
    long = browser.post("/traducciones/texto", data=form_of(browser, label, traduccion="a" * 30))
    assert (lost.status_code, long.status_code) == (400, 400)
    assert "admite" in long.text


def test_the_queue_goes_on_to_the_next_text(enter: Any, shelf: Desk, library: Any) -> None:
    """What people in danger read comes first; what was put off comes again at the end."""
    browser = enter()
    start = browser.get("/traducciones/revisar?idioma=qu").headers["location"]
    context = parse_qs(urlsplit(start).query)["texto"][0]
    assert context.startswith(("crisis_", "safety_", "services", "help_now"))
    later = browser.get("/traducciones/revisar", params={"idioma": "qu", "despues": context}).headers["location"]
    after = parse_qs(urlsplit(later).query)["texto"][0]
    assert after != context
    text = next(one for one in shelf.desk.texts(library) if one.context == context)
    sent = browser.post("/traducciones/texto", data=form_of(browser, text, cola="1"))
    assert parse_qs(urlsplit(sent.headers["location"]).query)["texto"] == [after]


def test_words_of_a_variety_fall_back_and_may_differ(enter: Any, shelf: Desk, library: Any) -> None:
    """Chanka says what Quechua says, until somebody writes it otherwise."""
    browser, text = enter(languages=("quy",)), first(shelf, library)
    assert "Como en quechua sureño" in page_of(browser, text.context, "quy").text
    browser.post("/traducciones/texto", data=form_of(browser, text, "quy", traduccion="Chanka simi."))
    assert shelf.catalog.translate(text.context, text.text, "quy") == "Chanka simi."
    assert shelf.catalog.translate(text.context, text.text, "quz") != "Chanka simi."


def test_back_to_what_the_file_says(enter: Any, shelf: Desk, library: Any) -> None:
    """A save can be taken back; it stays in the history."""
    browser, text = enter(), first(shelf, library)
    before = shelf.catalog.translate(text.context, text.text, "qu")
    browser.post("/traducciones/texto", data=form_of(browser, text, traduccion="Huk simi."))
    browser.post("/traducciones/texto", data=form_of(browser, text, hacer="archivo"))
    assert shelf.catalog.translate(text.context, text.text, "qu") == before
    assert "Huk simi." in page_of(browser, text.context).text


def test_a_recording_of_the_browser_is_kept_as_the_bot_sends_it(enter: Any, shelf: Desk, library: Any) -> None:
    """WebM goes in, Ogg comes out, and the bot finds it for exactly these words."""
    browser, text = enter(), first(shelf, library)
    token = csrf_of(page_of(browser, text.context).text)
    form = {"csrf": token, "texto": text.context, "idioma": "qu", "voz": "qu"}
    sent = browser.post("/traducciones/audio", data=form, files={"sonido": ("voz.webm", webm(), "audio/webm")})
    assert sent.status_code == 303
    words = shelf.catalog.translate(text.context, text.text, "qu")
    bubble = {"text": words, "voice": {"context": text.context, "language": "qu"}}
    assert shelf.voice.find(bubble) is not None
    heard = browser.get("/traducciones/audio", params={"voz": "qu", "texto": text.context})
    assert heard.headers["content-type"] == "audio/ogg"
    assert heard.content == ogg()
    browser.post("/traducciones/texto", data=form_of(browser, text, traduccion="Huk simi."))
    assert "El audio ya no dice lo escrito" in page_of(browser, text.context).text
    assert browser.post("/traducciones/audio/quitar", data=form).status_code == 303
    assert shelf.voice.listed() == []


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (b"ID3 una cancion", "no es un audio"),
        (webm(codec=b"A_VORBIS"), "no es un audio"),
        (webm(channels=2), "un solo canal"),
        (webm()[:-2], "incompleto"),
        (ogg()[:-2], "incompleto"),
        (ogg(180_000), "demasiado largo"),
        (b"", "Grabe o elija"),
    ],
)
def test_what_the_platforms_do_not_take_is_refused(
    enter: Any, shelf: Desk, library: Any, sound: bytes, why: str
) -> None:
    """The reviewer learns it while recording, not the person who waits for a voice."""
    browser, text = enter(), first(shelf, library)
    form = {"csrf": csrf_of(page_of(browser, text.context).text), "texto": text.context, "idioma": "qu", "voz": "qu"}
    answer = browser.post("/traducciones/audio", data=form, files={"sonido": ("voz.webm", sound, "audio/webm")})
    assert answer.status_code == 400
    assert why in answer.text
    assert shelf.voice.listed() == []


def test_a_reviewer_sees_nothing_else(enter: Any, people: Any) -> None:
    """Only these pages: no list, no person, no messages, no reports."""
    browser = enter()
    patient, _ = people.rosa()
    for path in ("/lista", f"/personas/{patient}", "/mensajes", "/reportes", "/auditoria", "/usuarios"):
        assert browser.get(path).status_code == 404, path
    home = browser.get("/inicio")
    assert home.status_code == 200
    assert "/traducciones" in home.text
    assert "/mensajes" not in home.text


def test_only_these_pages_may_use_the_microphone(enter: Any) -> None:
    """Everywhere else the browser is told not even to ask."""
    browser = enter()
    assert "microphone=(self)" in browser.get("/traducciones").headers["permissions-policy"]
    assert "microphone=()" in browser.get("/inicio").headers["permissions-policy"]


@pytest.mark.parametrize("form", ["po", "xlsx"])
def test_a_file_goes_out_and_comes_back_signed(enter: Any, shelf: Desk, library: Any, form: str, database: Any) -> None:
    """First only looked at, then taken; who brings it signs it."""
    browser, text = enter(), first(shelf, library)
    taken = browser.get("/traducciones/archivos/bajar", params={"idioma": "qu", "forma": form})
    assert f"uyariq_qu.{form}" in taken.headers["content-disposition"]
    page = browser.get("/traducciones/archivos").text
    fields = {"csrf": csrf_of(page), "idioma": "qu", "firmo": "1", "hacer": "revisar"}
    files = {"archivo": (f"uyariq_qu.{form}", taken.content)}
    looked = browser.post("/traducciones/archivos", data=fields, files=files)
    assert "Todavía no se guardó nada" in looked.text
    with database.read() as conn:
        assert store.newest(conn) == []
    sent = browser.post("/traducciones/archivos", data=fields | {"hacer": "importar"}, files=files)
    assert sent.status_code == 303, sent.text
    assert "Rosa, 25/11/2026" in page_of(browser, text.context).text


def test_a_file_with_a_mistake_is_refused_whole(enter: Any, shelf: Desk, database: Any, library: Any) -> None:
    """The page says the line and what to do; nothing is kept."""
    browser = enter()
    content = shelf.desk.export("po", "qu", library).replace(b'msgctxt "', b'msgctxt "x', 1)
    page = browser.get("/traducciones/archivos").text
    fields = {"csrf": csrf_of(page), "idioma": "qu", "firmo": "1", "hacer": "importar"}
    sent = browser.post("/traducciones/archivos", data=fields, files={"archivo": ("uyariq_qu.po", content)})
    assert sent.status_code == 400
    assert "No se importó nada" in sent.text
    assert "línea " in sent.text
    with database.read() as conn:
        assert store.newest(conn) == []


def test_who_does_not_speak_it_signs_no_file(enter: Any) -> None:
    """Not even when the browser sends the mark."""
    browser = enter("sara", "staff", ("es",))
    page = browser.get("/traducciones/archivos").text
    assert "firmo" not in page
    fields = {"csrf": csrf_of(page), "idioma": "qu", "firmo": "1", "hacer": "importar"}
    assert browser.post("/traducciones/archivos", data=fields, files={"archivo": ("a.po", b"x")}).status_code == 400
