"""How easy Spanish is to read: syllables counted as they are spoken, and the scale that is made of them."""

from __future__ import annotations

import pytest

from screening.readability import index, syllables, words_of

SYLLABLES = {
    "y": 1, "que": 1, "muy": 1, "buey": 1, "día": 2, "río": 2, "país": 2, "guerra": 2, "quiero": 2, "ciudad": 2,
    "león": 2, "cuidado": 3, "ahora": 3, "bahía": 3, "pingüino": 3, "teoría": 4, "aéreo": 4, "psicólogo": 4,
}  # fmt: skip


@pytest.mark.parametrize(("word", "count"), SYLLABLES.items())
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    """Diphthongs are one, «ía» is two, the u of «que» is not heard."""
    assert syllables(word) == count


def test_short_words_in_short_sentences_are_easier() -> None:
    """A child's sentence lies above 65, an office's below 40."""
    easy = index("Hoy duerme bien. Mañana come con su mamá. Luego sale a jugar un rato.")
    hard = index("Consideramos imprescindible establecer procedimientos administrativos institucionales documentados.")
    assert easy is not None
    assert hard is not None
    assert easy > 65 > 40 > hard


def test_the_index_is_the_published_formula() -> None:
    """«La casa es azul.»: four words, six syllables, one sentence."""
    assert index("La casa es azul.") == pytest.approx(206.835 - 62.3 * 6 / 4 - 4)


def test_what_stands_for_a_telephone_is_not_read() -> None:
    """The field's name is the program's word, not the person's."""
    assert words_of("Llame ahora: {crisis_call}.") == ["Llame", "ahora"]
    assert index("{crisis_call}") is None
