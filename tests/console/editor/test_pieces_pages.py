"""Questions and steps added, doubled, moved and taken out by the form, with both languages and the check beside."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from console.editor.pieces import PieceRefused, copy_name, piece_of
from screening.read.positions import parse
from tests.console.editor.rules_app import ASQ, ROOT, Programme, open_draft, said, send
from tests.console.people import csrf_of

PHQ9 = "instruments/phq9.yml"
STEPS = "flows/after_aid.yml"
QUESTION = "¿Siente que la vida no tiene sentido?"
QUECHUA = "¿Kawsayniyki mana imapaqchu?"
NEW = {"n:text": QUESTION, "n:text-q": QUECHUA, "n:explain": "Si le parece que da igual vivir.", "n:options": "yes_no"}


def text_of(browser: Any, address: str) -> str:
    """The draft's YAML as its page shows it."""
    shown = re.search(r"<textarea class=\"yaml\"[^>]*>(.*?)</textarea>", browser.get(f"{address}?ver=yaml").text, re.S)
    assert shown
    return html.unescape(shown.group(1)).lstrip("\n")


def names(browser: Any, address: str, part: str = "items", key: str = "linkId") -> list[str]:
    """Of the pieces, in their order."""
    return [one[key] for one in parse(text_of(browser, address), "", [])[part]]


def change(browser: Any, address: str, what: str, **fields: str) -> Any:
    """A button of the form."""
    return send(browser, f"{address}/partes", address, pieza=what, **fields)


def test_a_question_is_added_in_both_languages_with_a_name_of_its_own(enter: Any) -> None:
    """Where it was put; its Quechua waits for review as any other."""
    eva = enter("eva")
    address = open_draft(eva)
    answer = change(eva, address, "agregar", **NEW, **{"n:after": "safety_1"})
    assert "aviso=piece_added" in answer.headers["location"]
    found = names(eva, address)
    assert found[:2] == ["safety_1", "safety_5"]
    page = eva.get(answer.headers["location"]).text
    assert QUESTION in page
    assert QUECHUA in page
    assert "Cambian las preguntas" in eva.get(f"{address}/cambios").text
    before = (ROOT / "screening_rules" / ASQ).read_text(encoding="utf-8")
    added = text_of(eva, address)
    assert [line for line in before.splitlines() if line not in added.splitlines()] == []


def test_what_else_was_typed_is_saved_with_the_change(enter: Any) -> None:
    """Nobody loses a sentence by moving another one."""
    eva = enter("eva")
    address = open_draft(eva)
    change(eva, address, "bajar:safety_1", modo="formulario", **{"v:title": "Otro nombre"})
    assert names(eva, address)[:2] == ["safety_2", "safety_1"]
    assert 'title: "Otro nombre"' in text_of(eva, address)


def test_a_question_moves_is_doubled_and_is_taken_out(enter: Any) -> None:
    """Each is one revision of the draft; what is in use is untouched."""
    eva = enter("eva")
    address = open_draft(eva)
    before = names(eva, address)
    change(eva, address, f"duplicar:{before[0]}")
    assert names(eva, address) == [before[0], "safety_5", *before[1:]]
    change(eva, address, "quitar:safety_5")
    change(eva, address, f"subir:{before[1]}")
    assert names(eva, address) == [before[1], before[0], *before[2:]]
    change(eva, address, f"bajar:{before[1]}")
    assert text_of(eva, address) == (ROOT / "screening_rules" / ASQ).read_text(encoding="utf-8")


def test_a_score_gains_and_loses_questions_with_the_list(enter: Any) -> None:
    """And the check says what else has to change: the range of the points."""
    eva = enter("eva")
    address = open_draft(eva, PHQ9)
    added = change(eva, address, "agregar", **{**NEW, "n:options": "frequency", "n:score:total": "1"})
    assert added.status_code == 303
    made = parse(text_of(eva, address), "", [])
    (whole,) = [one for one in made["scores"] if one["name"] == "total"]
    assert whole["items"][-1] == made["items"][-1]["linkId"] == "phq9_10"
    assert "score_range_wrong" in eva.get(address).text
    change(eva, address, "quitar:phq9_10")
    assert parse(text_of(eva, address), "", []) == parse((ROOT / "screening_rules" / PHQ9).read_text("utf-8"), "", [])


def test_a_step_is_added_of_every_kind(enter: Any) -> None:
    """Each as the format wants it: the check has nothing to say but of names that lead nowhere."""
    eva = enter("eva")
    address = open_draft(eva, STEPS)
    for kind, fields in {
        "say": {"n:text": "Gracias.\nSeguimos.", "n:text-q": "Añay.\nPuririsun."},
        "ask": {"n:text": "¿Le ayudó?", "n:explain": "Si se siente mejor.", "n:answers": "Sí\nNo\nUn poquito"},
        "instrument": {"n:to:instrument": "phq4", "n:when": "language == 'es'"},
        "first_aid": {"n:to:first_aid": "anclaje"},
        "run": {"n:to:run": "callback"},
    }.items():
        answer = change(eva, address, "agregar", **{"n:kind": kind, "n:after": "next", **fields})
        assert answer.status_code == 303, kind
    made = parse(text_of(eva, address), "", [])["steps"]
    assert [one["id"] for one in made][:6] == ["next", "callback", "anclaje", "phq4", "ayudo", "gracias_seguimos"]
    assert [one["code"] for one in made[4]["options"]] == ["yes", "no", "poquito"]
    assert made[4]["saves"] == "after_aid.ayudo"
    assert made[5]["say"] == ["Gracias.", "Seguimos."]
    page = eva.get(f"{address}/cambios").text
    assert "Necesita una segunda persona" in page
    assert "Puririsun." in eva.get(address).text
    assert 'class="finding-error"' not in eva.get(address).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"n:text": "  "}, "Escriba la pregunta"),
        ({**NEW, "n:id": "Con Espacio"}, "minúsculas sin tilde"),
        ({**NEW, "n:id": "safety_1"}, "ya está en este archivo"),
    ],
)
def test_a_piece_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    enter: Any, fields: dict[str, str], words: str
) -> None:
    """The page says why and shows what was typed, here and elsewhere."""
    eva = enter("eva")
    address = open_draft(eva)
    before = text_of(eva, address)
    answer = change(eva, address, "agregar", **fields, **{"v:title": "Otro nombre"})
    assert answer.status_code == 400
    assert words in answer.text
    assert "Otro nombre" in answer.text
    assert fields["n:text"].strip() in answer.text
    assert text_of(eva, address) == before


def test_the_check_speaks_of_the_new_piece_before_it_is_added(enter: Any) -> None:
    """At its own place, with the words of the check."""
    eva = enter("eva")
    address = open_draft(eva)
    found = send(eva, f"{address}/revision", address, **{**NEW, "n:explain": ""}).text
    assert re.search(r'data-field="nueva".*?explain', found, re.S)
    taken = send(eva, f"{address}/revision", address, **{**NEW, "n:id": "safety_1"}).text
    assert "ya está en este archivo" in taken
    assert names(eva, address)[-1] != "safety_1"


def test_a_form_from_before_a_move_changes_the_question_that_it_showed(enter: Any) -> None:
    """Fields are told apart by their question, not by its number, when somebody else has moved one meanwhile."""
    eva, ina = enter("eva"), enter("ina")
    address = open_draft(eva)
    page = eva.get(address).text
    order = re.search(r'name="orden:items" value="([^"]+)"', page)
    assert order
    change(ina, address, "bajar:safety_1")
    form = {"csrf": csrf_of(page), "revision": "1", "modo": "formulario", "orden:items": order.group(1)}
    answer = eva.post(address, data=form | {"v:items/0/text": QUESTION})
    assert answer.status_code == 409
    mine = re.search(r'id="lo-suyo"[^>]*>(.*?)</textarea>', answer.text, re.S)
    assert mine
    items = parse(html.unescape(mine.group(1)), "", [])["items"]
    assert [one["linkId"] for one in items][:2] == ["safety_2", "safety_1"]
    assert items[1]["text"] == QUESTION
    assert items[0]["text"] != QUESTION


def test_a_new_question_reaches_the_bot_after_a_second_person(running: Programme, enter: Any, clock: Any) -> None:
    """Added by form, looked at by somebody else, published, asked; without a restart."""
    eva, ina = enter("eva"), enter("ina")
    address = open_draft(eva)
    change(eva, address, "agregar", **NEW, **{"n:after": "0"})
    refused = send(eva, f"{address}/publicar", f"{address}/cambios", nota="sola")
    assert refused.headers["location"].endswith("error=not_approved")
    send(eva, f"{address}/enviar", f"{address}/cambios", nota="Una más")
    send(ina, f"{address}/decidir", f"{address}/cambios", decision="si")
    done = send(eva, f"{address}/publicar", f"{address}/cambios", nota="Una más")
    assert done.headers["location"].endswith("aviso=published"), done.text
    assert running.rules.look()
    assert QUESTION in said(running.begin("p1", "safety_questions", clock()))
    assert running.rules.catalog.translate("safety_questions.safety_5", QUESTION, "qu") == QUECHUA


def test_settings_have_no_pieces_and_nobody_changes_them_by_that_address(enter: Any) -> None:
    """Nor with a button that does not exist."""
    eva = enter("eva")
    address = open_draft(eva, "services.yml")
    assert "/partes" not in eva.get(address).text
    assert change(eva, address, "quitar:linea_113").status_code == 400
    assert change(eva, open_draft(eva), "borrar:safety_1").status_code == 400
    assert change(eva, open_draft(eva), "quitar:nadie").status_code == 400


def test_names_are_made_as_the_others_are() -> None:
    """The next number of a row of questions; of a step its first telling words; a double is told apart."""
    flow = "name: demo\nsteps:\n  - id: one\n    end: completed\n"
    assert piece_of({"n:kind": "ask", "n:text": "¿Qué tal ñaña?"}, "flows/demo.yml", flow).name == "que_tal_nana"
    assert piece_of({"n:kind": "end"}, "flows/demo.yml", flow).name == "end"
    assert copy_name("srq_2", ["srq_1", "srq_2", "srq_20"], "items") == "srq_21"
    assert copy_name("welcome", ["welcome", "welcome_2"], "steps") == "welcome_3"
    with pytest.raises(PieceRefused, match="piece_kind"):
        piece_of({"n:kind": "advise"}, "flows/demo.yml", flow)


def test_answers_with_points_are_read_from_their_lines() -> None:
    """As staff write them."""
    text = "name: demo\nitems: []\n"
    form = {"n:text": "¿Sí?", "n:options": "", "n:answers": "Sí = 1\nNo=0\nA veces = 0,5\nNo sabe"}
    made = piece_of(form, "instruments/demo.yml", text).value["options"]
    assert made == [
        {"code": "yes", "value": 1, "label": "Sí"},
        {"code": "no", "value": 0, "label": "No"},
        {"code": "veces", "value": 0.5, "label": "A veces"},
        {"code": "sabe", "label": "No sabe"},
    ]
