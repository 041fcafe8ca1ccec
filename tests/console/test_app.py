"""What holds for every answer of the console: headers, escaping, logs without people, and what machines ask."""

from __future__ import annotations

import re
from typing import Any

import pytest

from console.labels import labels
from console.site import HERE
from console.wording import messages
from tests.console.people import PASSWORD, csrf_of

PAGES = ("/", "/chat", "/login", "/healthz", "/metrics", "/nada", "/static/base.css", "/lista")


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_security_headers(client: Any, address: str) -> None:
    """Own scripts and styles only, nothing inline, no frames, no referrer; pages are not kept in caches."""
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == ("no-cache" if address.startswith("/static") else "no-store")
    assert "strict-transport-security" not in headers


def test_https_is_remembered_by_the_browser(client: Any) -> None:
    """Where it is used at all."""
    client.base_url = "https://testserver"
    assert "max-age" in client.get("/").headers["strict-transport-security"]


def test_no_template_holds_inline_script_or_style() -> None:
    """The policy would block it, and nobody would notice before a browser did."""
    for template in (HERE / "templates").rglob("*.html"):
        source = template.read_text(encoding="utf-8")
        inline = re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*application/json)", source)
        assert inline == [], template.name


def test_no_page_needs_anything_from_elsewhere() -> None:
    """It works without internet: no address of another host in templates, styles or scripts."""
    for file in [*(HERE / "templates").rglob("*.*"), *(HERE / "static").rglob("*.*")]:
        addresses = set(re.findall(r"https?://[^\s\"')]+", file.read_text(encoding="utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg"}, file.name


def test_a_page_that_is_not_there_says_so(client: Any) -> None:
    """With a way back; a method that does not exist is refused as well."""
    answer = client.get("/nada")
    assert (answer.status_code, "Esta página no está" in answer.text) == (404, True)
    assert client.put("/login").status_code == 405


def test_the_front_door_says_what_this_is_not_and_where_to_call(client: Any) -> None:
    """Before anything else is asked of a person."""
    page = client.get("/").text
    for part in ("Esto no es un servicio de emergencia", "Línea 113", 'href="tel:113"', 'href="/chat', 'href="/login"'):
        assert part in page
    assert '<html lang="qu">' in client.get("/?lang=qu").text


def test_healthz_is_ready_while_the_database_answers(client: Any) -> None:
    """For whoever restarts what has died."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_metrics_count_tasks_and_messages_and_hold_nothing_of_people(client: Any, people: Any, clock: Any) -> None:
    """Open tasks by kind and priority, those overdue, chat messages."""
    patient, task = people.rosa()
    people.julio()
    clock.pass_time(hours=1)
    client.post("/chat/messages", json={"person": "a" * 32, "message_id": "b" * 32, "text": "hola"})
    client.post("/chat/messages", json={"person": "a" * 32, "message_id": "c" * 32, "text": " "})
    text = client.get("/metrics").text
    for line in (
        'uyariq_open_tasks{kind="callback",priority="routine"} 1',
        'uyariq_open_tasks{kind="crisis",priority="asap"} 1',
        'uyariq_overdue_tasks{kind="crisis",priority="asap"} 1',
        "uyariq_chat_messages_total 1",
        'uyariq_chat_refused_total{reason="not_understood"} 1',
    ):
        assert line in text.splitlines()
    assert 'uyariq_overdue_tasks{kind="callback"' not in text
    for secret in (patient, task, "Rosa", "Huanta", "987"):
        assert secret not in text


@pytest.mark.usefixtures("printed_log")
def test_nothing_about_a_person_is_logged_and_nothing_stands_in_addresses(
    client: Any, add_staff: Any, sign_in: Any, people: Any, capfd: pytest.CaptureFixture[str], bot: Any
) -> None:
    """A whole working day is played, failures included; then everything printed or logged is searched."""
    patient, task = people.rosa()
    add_staff("ana")
    ana = sign_in("ana")
    addresses = []
    ana.event_hooks = {"request": [lambda request: addresses.append(str(request.url))]}
    token = csrf_of(ana.get("/lista").text)
    ana.get(ana.post(f"/casos/{task}/tomar", data={"csrf": token}).headers["location"])
    ana.post(f"/personas/{patient}/identidad", data={"csrf": token, "caso": task})
    note = {"contacto": "no_answer", "nota": "Su hermana Juana contestó"}
    ana.get(ana.post(f"/casos/{task}/resultado", data={"csrf": token, **note}).headers["location"])
    bot.failure = RuntimeError("quiero morir")
    client.post("/chat/messages", json={"person": "a" * 32, "message_id": "b" * 32, "text": "quiero morir"})
    printed = "".join(capfd.readouterr())
    assert "chat.backend_failed" in printed
    for secret in ("Rosa", "Quispe", "987654321", "Juana", "quiero morir", "maíz", PASSWORD, "a" * 32):
        assert secret not in printed
        assert not [address for address in addresses if secret in address]


@pytest.mark.usefixtures("printed_log")
def test_a_failure_of_ours_is_a_calm_page_and_one_line_in_the_log(
    add_staff: Any, sign_in: Any, people: Any, database: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error's own words, which may quote data, are not in it."""
    patient, _ = people.rosa()
    add_staff("ana")
    ana = sign_in("ana")
    with database.begin() as conn:
        conn.exec_driver_sql("UPDATE identity SET ciphertext = x'00'")
        conn.exec_driver_sql("ALTER TABLE flag RENAME TO flag_gone")
    answer = ana.get(f"/personas/{patient}")
    assert (answer.status_code, "Algo falló de nuestro lado" in answer.text) == (500, True)
    printed = "".join(capsys.readouterr())
    assert "console.failed" in printed
    assert patient not in printed


def test_every_sentence_of_the_public_pages_is_short_and_has_its_own_context() -> None:
    """A bubble's worth of words, no context twice, no field left open."""
    found = messages()
    assert len({context for context, _ in found}) == len(found) > 30
    for context, text in found:
        assert context.startswith("console.")
        assert 0 < len(text) <= 300
        assert text.count("{") == text.count("}")


def test_every_sentence_of_the_public_pages_is_used() -> None:
    """None is left over from an earlier page."""
    files = [*(HERE / "templates").rglob("*.html"), *(HERE / "static" / "chat").glob("*.js"), HERE / "chat.py"]
    sources = "".join(file.read_text(encoding="utf-8") for file in files)
    unused = {
        context.removeprefix("console.")
        for context, _ in messages()
        if f'"{context.removeprefix("console.")}"' not in sources
    }
    errors = {key for key in unused if key.startswith("error_")}
    assert unused == errors, "the page picks an error's sentence by its code"


def test_every_reason_for_a_refusal_has_words() -> None:
    """The codes that the follow-up room can give, found in its source."""
    source = "".join(path.read_text(encoding="utf-8") for path in (HERE.parent / "followup" / "tasks").glob("*.py"))
    codes = set(re.findall(r'TaskRefused\("([a-z_]+)"\)', source))
    assert len(codes) > 10
    assert codes <= set(labels()["refused"]) | {"unknown_practitioner"}


def test_every_warning_and_contact_answer_has_words() -> None:
    """A warning without words would be a code on a card."""
    from followup.worklist import WARNINGS

    assert set(WARNINGS.values()) <= set(labels()["warning"])
    for field, value in WARNINGS:
        assert labels()["contact"][field][value]["strong"] is True
