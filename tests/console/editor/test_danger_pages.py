"""Words of danger changed in the console: checked, tried, rehearsed, looked at by a second person, published."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.risk_phrases import find_with, read_lexicons
from console.app import create_app
from tests.console.editor.rules_app import ROOT, Programme, open_draft, send
from tests.console.people import csrf_of
from uyariq.words_desk import RulesWordsDesk

PATH = "risk_phrases/es.yml"
PHRASE = "kukulinear"
SENTENCE = f"voy a {PHRASE} esta noche"
ENTRY = f"""
  - id: R-ES-999
    code: suicide
    level: crisis
    source: "prueba"
    meaning: "una palabra inventada"
    phrases: ["{PHRASE}"]
    examples: ["{SENTENCE}"]
    counter_examples: ["voy a dormir esta noche"]
"""


@pytest.fixture(scope="module")
def written() -> str:
    """The file as it is, without the word."""
    text = (ROOT / "screening_rules" / PATH).read_text(encoding="utf-8")
    assert PHRASE not in text
    return text


def with_entry(text: str, entry: str = ENTRY) -> str:
    """One more phrase in the list."""
    return re.sub(r"^phrases:.*\n", lambda found: found[0] + entry, text, count=1, flags=re.MULTILINE)


def test_the_file_is_changed_as_text_and_has_neither_diagram_nor_telephone(enter: Any) -> None:
    """It stands among what belongs to crises."""
    eva = enter("eva")
    assert "Palabras de peligro en castellano" in eva.get("/editor").text
    address = open_draft(eva, PATH)
    page = eva.get(address).text
    assert "Este archivo se cambia como texto" in page
    assert "/dibujo" not in page
    assert 'id="t-frases"' in page
    assert eva.get(f"{address}/prueba").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    code: suicide\n", "    code: suicid\n", "¿quiso decir «suicide»?"),
        (f'examples: ["{SENTENCE}"]', 'examples: ["otra cosa"]', "no coincide"),
        ('counter_examples: ["voy a dormir', f'counter_examples: ["{PHRASE} y dormir', "coincide y no debe"),
        ("    level: crisis\n", "    levle: crisis\n", "«level»"),
    ],
)
def test_the_check_finds_each_mistake_with_its_line(enter: Any, written: str, old: str, new: str, words: str) -> None:
    """While one writes; with an error nothing can be tried."""
    eva = enter("eva")
    address = open_draft(eva, PATH)
    assert old in ENTRY
    text = with_entry(written, ENTRY.replace(old, new, 1))
    found = send(eva, f"{address}/revision", address, texto=text).text
    assert words in found
    line = text[: text.index("R-ES-999")].count("\n") + 1
    assert f'data-line="{line}"' in found
    send(eva, address, modo="yaml", texto=text)
    assert "primero los errores" in eva.get(f"{address}/prueba").text


def test_a_file_that_lost_all_phrases_of_a_danger_is_an_error(enter: Any, written: str) -> None:
    """However sound what is left of it may be."""
    eva = enter("eva")
    address = open_draft(eva, PATH)
    text = re.sub(r"^harmless:.*", "phrases: []\n", written, flags=re.MULTILINE | re.DOTALL)
    found = send(eva, f"{address}/revision", address, texto=text).text
    assert "No queda ninguna frase de crisis para «suicide»" in found


def test_sentences_are_tried_on_the_words_in_use_and_on_the_draft(enter: Any, written: str) -> None:
    """Both stand beside each other, and nothing is kept."""
    eva = enter("eva")
    address = open_draft(eva, PATH)
    send(eva, address, modo="yaml", texto=with_entry(written))
    page = send(eva, f"{address}/frases", address, frases=f"{SENTENCE}\nbuenos días\n").text
    tried = re.findall(r"<li><q>(.*?)</q>(.*?)</li>", page, re.S)
    assert [sentence for sentence, _ in tried] == [SENTENCE, "buenos días"]
    before, after = tried[0][1].split("Con el borrador")
    assert "nada" in before
    assert "suicidio" in after
    assert "R-ES-999" in after
    assert tried[1][1].count("nada") == 2


def test_the_way_to_the_bot_needs_a_second_person_and_no_restart(running: Programme, enter: Any, written: str) -> None:
    """The published file stands in the folder from which every process reads its words."""
    eva, ina = enter("eva"), enter("ina")
    address = open_draft(eva, PATH)
    send(eva, address, modo="yaml", texto=with_entry(written))
    assert "Cambia lo que se hace o se dice en una crisis" in eva.get(f"{address}/cambios").text
    alone = send(eva, f"{address}/publicar", f"{address}/cambios", nota="x")
    assert alone.headers["location"].endswith("error=not_approved")
    send(eva, f"{address}/enviar", f"{address}/cambios", nota="Una palabra nueva")
    send(ina, f"{address}/decidir", f"{address}/cambios", decision="si")
    done = send(eva, f"{address}/publicar", f"{address}/cambios", nota="Una palabra nueva")
    assert done.headers["location"].endswith("aviso=published"), done.text
    assert running.rules.look()
    lexicons = read_lexicons(running.rules.folder / "risk_phrases")
    assert [one.id for one in find_with(SENTENCE, lexicons)] == ["R-ES-999"]


def test_the_rehearsal_says_what_is_found_no_more_and_which_alarms_are_new(tmp_path: Path, written: str) -> None:
    """On sentences of which it is known whether they speak of a danger."""
    data = tmp_path / "es"
    data.mkdir()
    dangers = [{"kind": "a", "danger": ["suicide"], "lines": [SENTENCE, "me quiero matar"]}]
    dangers += [{"kind": "b", "danger": [], "lines": ["la kukulina canta", "hace sol"]}]
    import yaml

    (data / "dangers.yml").write_text(yaml.safe_dump({"dangers": dangers}), encoding="utf-8")
    (data / "talk.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hola [Ana](name)\n", encoding="utf-8")
    desk = RulesWordsDesk(lambda: ROOT / "screening_rules", tmp_path)
    entry = ENTRY.replace(f'["{PHRASE}"]', f'["{PHRASE}", "kukulina"]')
    made = desk.rehearse(PATH, with_entry(written, entry))
    assert (made.sentences, made.dangers, made.found, made.alarms) == (5, 2, (1, 2), (0, 1))
    assert [(one.kind, one.sentence) for one in made.differences] == [
        ("alarm", "la kukulina canta"),
        ("found", SENTENCE),
    ]


def test_the_rehearsal_has_its_page(enter: Any, written: str) -> None:
    """With the project's own sentences."""
    eva = enter("eva")
    address = open_draft(eva, PATH)
    send(eva, address, modo="yaml", texto=with_entry(written))
    page = send(eva, f"{address}/ensayo", f"{address}/ensayo").text
    assert "frases de peligro se encontraban" in page
    assert "Ninguna frase se lee de otra manera" in page


def test_words_of_the_gateway_may_not_swallow_a_danger(enter: Any) -> None:
    """Whoever writes it would be answered with a recording."""
    eva = enter("eva")
    address = open_draft(eva, "gateway_words.yml")
    text = (ROOT / "screening_rules" / "gateway_words.yml").read_text(encoding="utf-8")
    broken = text.replace('"audio",', '"audio", "me quiero matar",')
    assert broken != text
    assert "puede decir un peligro" in send(eva, f"{address}/revision", address, texto=broken).text
    assert "0 errores" in send(eva, f"{address}/revision", address, texto=text).text
    assert eva.get(f"{address}/prueba").status_code == 404


def test_a_nickname_of_no_place_is_an_error(enter: Any) -> None:
    """Nobody would be sent anywhere by it."""
    eva = enter("eva")
    address = open_draft(eva, "place_words.yml")
    text = (ROOT / "screening_rules" / "place_words.yml").read_text(encoding="utf-8")
    found = send(eva, f"{address}/revision", address, texto=text.replace('sjl: "150132"', 'sjl: "999999"')).text
    assert "«999999» no es un lugar" in found


def test_a_console_that_cannot_check_such_a_file_lets_none_through(
    running: Programme, enter: Any, bot: Any, clock: Any, written: str
) -> None:
    """Rather than publish words that nobody has tried."""
    eva = enter("eva")
    state = running.app.state.site
    bare = create_app(running.database, bot, library=running.rules.library, now=clock)
    running.app.state.site = bare.state.site
    try:
        address = open_draft(eva, PATH)
        assert "no puede comprobar este archivo" in send(eva, f"{address}/revision", address, texto=written).text
        token = csrf_of(eva.get("/clave").text)
        assert eva.post(f"{address}/frases", data={"csrf": token, "frases": "hola"}).status_code == 404
    finally:
        running.app.state.site = state
