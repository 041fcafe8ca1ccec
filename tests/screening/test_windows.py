"""What people say of the days and hours at which they can talk, and the compact form that it is kept in."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.checks.times import check_file
from screening.time_talk import TIMES_FILE, any_time, times_in, times_said
from screening.windows import RELATIVE, WEEKDAYS, Window, compact, joined, parse, without

SPANISH = [
    ("después de las 6", "daily 18:00-21:00"),
    ("sábado en la mañana", "sat 08:00-12:00"),
    ("de 3 a 5", "daily 15:00-17:00"),
    ("a partir de las 7 de la noche", "daily 19:00-21:00"),
    ("cualquier hora", "daily 08:00-21:00"),
    ("menos los domingos", "weekdays 08:00-21:00, sat 08:00-21:00"),
    ("cualquier hora menos los domingos", "weekdays 08:00-21:00, sat 08:00-21:00"),
    ("lunes y miércoles por la tarde", "mon 14:00-18:00, wed 14:00-18:00"),
    ("fines de semana", "weekend 08:00-21:00"),
    ("antes de mediodía", "daily 08:00-12:00"),
    ("las cuatro y media", "daily 16:30-17:30"),
    ("a las 4 y cuarto", "daily 16:15-17:15"),
    ("a las 5 menos cuarto", "daily 16:45-17:45"),
    ("mañana", "tomorrow 08:00-21:00"),
    ("mañana en la mañana", "tomorrow 08:00-12:00"),
    ("mañana por la tarde", "tomorrow 14:00-18:00"),
    ("pasado mañana a las 10 am", "after_tomorrow 10:00-11:00"),
    ("hoy en la noche", "today 18:00-21:00"),
    ("esta noche", "today 18:00-21:00"),
    ("de lunes a viernes después de las 6", "weekdays 18:00-21:00"),
    ("lunes, miércoles y viernes en la tarde", "mon 14:00-18:00, wed 14:00-18:00, fri 14:00-18:00"),
    ("en la tarde los lunes y en la mañana los sábados", "mon 14:00-18:00, sat 08:00-12:00"),
    ("lunes en la tarde y sábado en la mañana", "mon 14:00-18:00, sat 08:00-12:00"),
    ("temprano o en la noche", "daily 08:00-12:00, daily 18:00-21:00"),
    ("entre las 9 y las 11", "daily 09:00-11:00"),
    ("entre las 9 y 11", "daily 09:00-11:00"),
    ("de 10 a 2", "daily 10:00-14:00"),
    ("de 8 a 5", "daily 08:00-17:00"),
    ("desde las 5 de la tarde", "daily 17:00-21:00"),
    ("a las 3 o 4 de la tarde", "daily 15:00-17:00"),
    ("en la tarde a las 4", "daily 16:00-17:00"),
    ("trabajo de 8 a 5", "daily 17:00-21:00"),
    ("no puedo en las mañanas", "daily 12:00-21:00"),
    ("en la mañana no, en la tarde sí", "daily 14:00-18:00"),
    ("en la noche no puedo", "daily 08:00-18:00"),
    ("hoy no, mañana sí", "tomorrow 08:00-21:00"),
    ("salgo del trabajo a las 6", "daily 18:00-21:00"),
    ("no trabajo los sábados", "sat 08:00-21:00"),
    ("hasta las 8", "daily 08:00-20:00"),
    ("antes de las 3", "daily 08:00-15:00"),
    ("las 6 en adelante", "daily 18:00-21:00"),
    ("de las 6 en adelante", "daily 18:00-21:00"),
    ("6pm", "daily 18:00-19:00"),
    ("6 p.m.", "daily 18:00-19:00"),
    ("18:30", "daily 18:30-19:30"),
    ("a las 10:15 am", "daily 10:15-11:15"),
    ("a la 1", "daily 13:00-14:00"),
    ("9am a 1pm", "daily 09:00-13:00"),
    ("3-5", "daily 15:00-17:00"),
    ("todos los días de 7 a 9 de la noche", "daily 19:00-21:00"),
    ("entre semana por las tardes", "weekdays 14:00-18:00"),
    ("sabados y domingos", "weekend 08:00-21:00"),
    ("no antes de las 9", "daily 09:00-21:00"),
    ("después del trabajo", "daily 18:00-21:00"),
    ("cuando quiera", "daily 08:00-21:00"),
    ("el viernes a las 3 de la tarde", "fri 15:00-16:00"),
    ("jueves 4pm", "thu 16:00-17:00"),
    ("no mejor en la tarde", "daily 14:00-18:00"),
    ("lunes a sabado menos en la noche", "weekdays 08:00-18:00, sat 08:00-18:00"),
    ("mañana, menos en la noche", "tomorrow 08:00-18:00"),
    ("despues de almuerzo", "daily 14:00-18:00"),
    ("despues de las 6 y antes de las 8", "daily 18:00-20:00"),
    ("de noche", "daily 18:00-21:00"),
    ("a las 7", "daily 07:00-08:00"),
    ("a las 7 en la noche", "daily 19:00-20:00"),
    ("a las siete de la noche", "daily 19:00-20:00"),
    ("5 de la mañana", "daily 05:00-06:00"),
]
QUECHUA = [
    ("paqarin tutamanta", "tomorrow 08:00-12:00"),
    ("chawpi punchaw", "daily 12:00-14:00"),
    ("chawpi p'unchaypi", "daily 12:00-14:00"),
    ("chisiman", "daily 18:00-21:00"),
    ("sawadupi", "sat 08:00-21:00"),
    ("ura 4ta", "daily 16:00-17:00"),
    ("6 uramanta", "daily 18:00-21:00"),
    ("tawa urapi", "daily 16:00-17:00"),
    ("pichqa uramanta", "daily 17:00-21:00"),
    ("chunka uramanta chunka iskayniyuq urakama", "daily 10:00-12:00"),
    ("lunismanta wirniskama tardepi", "weekdays 14:00-18:00"),
    ("dumingupi tutamanta", "sun 08:00-12:00"),
    ("paqarin chisinkuyta", "tomorrow 08:00-21:00"),
    ("minchha", "after_tomorrow 08:00-21:00"),
    ("mayqin urapas", "daily 08:00-21:00"),
    ("imay pachapas", "daily 08:00-21:00"),
    ("sapa punchaw tardepi", "daily 14:00-18:00"),
    ("mana sawadupichu", "weekdays 08:00-21:00, sun 08:00-21:00"),
    ("tutamanta pusaq uramanta", "daily 08:00-12:00"),
    ("kunan tuta", "today 18:00-21:00"),
    ("huywista tardepi", "thu 14:00-18:00"),
]
NO_TIME = [
    "buenas tardes",
    "más tarde",
    "manaña puñunichu",
    "hasta mañana",
    "987654321",
    "paqarinkama",
    "tengo 3 hijos",
    "no",
    "huwibispi",
]
MONDAY = date(2026, 11, 23)


def value(text: str) -> str | None:
    """The compact form of an answer to «¿a qué horas?»."""
    said = times_said(text)
    return said.value if said else None


@pytest.mark.parametrize(("text", "wanted"), SPANISH)
def test_a_spanish_answer_becomes_windows(text: str, wanted: str) -> None:
    """Six without a word is six in the evening; what somebody cannot do is taken off."""
    assert value(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), QUECHUA)
def test_a_quechua_or_mixed_answer_becomes_windows(text: str, wanted: str) -> None:
    """With endings on the words, also on Spanish ones."""
    assert value(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), [*SPANISH, *QUECHUA])
def test_capitals_and_missing_accents_change_nothing(text: str, wanted: str) -> None:
    """As people type on a small telephone."""
    bare = text.translate(str.maketrans("áéíóú", "aeiou"))
    assert value(bare.upper()) == wanted
    assert value(f"  {bare}!! ") == wanted


@pytest.mark.parametrize("text", NO_TIME)
def test_what_names_no_time_says_nothing(text: str) -> None:
    """Greetings, good-byes, numbers, and «manaña», which is not «mañana»."""
    assert times_said(text) is None


@pytest.mark.parametrize(
    ("text", "wanted", "words"),
    [
        ("llámeme mañana en la tarde, por favor", "tomorrow 14:00-18:00", "mañana en la tarde"),
        ("paqarin waqyaykuway", "tomorrow 08:00-21:00", "paqarin"),
        ("puedo el sábado en la mañana", "sat 08:00-12:00", "sábado en la mañana"),
        ("el lunes", "mon 08:00-21:00", "lunes"),
        ("paqarin tutamanta rimasunchik", "tomorrow 08:00-12:00", "paqarin tutamanta"),
        ("pueden llamar después de las 5 de la tarde", "daily 17:00-21:00", "después de las 5 de la tarde"),
    ],
)
def test_a_message_that_speaks_of_calling_names_its_time(text: str, wanted: str, words: str) -> None:
    """And says where in the message it stands."""
    said = times_in(text)
    assert said is not None
    assert (said.value, text[said.start : said.end]) == (wanted, words)


@pytest.mark.parametrize(
    "text",
    [
        "hoy estoy triste",
        "no puedo dormir en la noche",
        "me despierto a las 3 de la mañana",
        "mi hijo nació el lunes pasado",
        "estoy sola en la noche",
        "voy a la iglesia los domingos",
        "tomo 2 o 3 pastillas en la noche",
        "tukuy tuta waqani",
        "ayer en la tarde me pegó",
    ],
)
def test_a_message_about_something_else_names_no_time(text: str) -> None:
    """A night without sleep is not an hour to be called."""
    assert times_in(text) is None


@pytest.mark.parametrize(("text", "wanted"), [*SPANISH, *QUECHUA])
def test_the_compact_form_is_read_back_as_it_was(text: str, wanted: str) -> None:
    """What is stored means the same as what was said."""
    assert compact(parse(wanted)) == wanted


def test_the_older_form_without_days_means_every_day() -> None:
    """As it was stored before days were understood."""
    assert compact(parse("08:00-12:00,18:00-21:00")) == "daily 08:00-12:00, daily 18:00-21:00"


@pytest.mark.parametrize("text", ["", "cuando quiera", "mon", "xyz 08:00-12:00", "12:00-08:00", "daily 8-", "mon a-b"])
def test_what_has_not_the_form_is_left_out(text: str) -> None:
    """No error, no window."""
    assert parse(text) == ()


def test_tomorrow_is_resolved_by_the_day_on_which_it_was_said() -> None:
    """Nothing here looks at a clock."""
    (tomorrow,) = parse("tomorrow 08:00-12:00")
    assert tomorrow.covers(date(2026, 11, 24), said_on=MONDAY)
    assert not tomorrow.covers(date(2026, 11, 25), said_on=MONDAY)
    assert tomorrow.over(date(2026, 11, 25), said_on=MONDAY)
    assert not tomorrow.over(date(2026, 11, 24), said_on=MONDAY)
    (mondays,) = parse("mon 08:00-12:00")
    assert not mondays.over(date(2030, 1, 1), said_on=MONDAY)


def test_any_hour_is_the_whole_day_of_every_day() -> None:
    """So that the caller can tell that nothing is limited."""
    said = times_said("a cualquier hora")
    assert said is not None
    assert said.windows == any_time()


def test_the_words_of_the_programme_are_in_order() -> None:
    """The file's own examples are read as they are written down."""
    assert check_file(TIMES_FILE.parent) == []


def test_an_example_that_the_words_no_longer_mean_is_reported_with_its_line(tmp_path) -> None:
    """Who changes a word sees what else changes."""
    text = TIMES_FILE.read_text(encoding="utf-8").replace('"sat 08:00-12:00"', '"sun 08:00-12:00"')
    (tmp_path / "times.yml").write_text(text, encoding="utf-8")
    (problem,) = check_file(tmp_path)
    assert text.splitlines()[problem.line - 1].strip().startswith("sábado en la mañana")


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """Windows lie within a day and where they stand lies within the text."""
    said = times_said(text)
    if said:
        assert 0 <= said.start < said.end <= len(text)
        assert all(0 <= one.start < one.end <= 24 * 60 and one.days for one in said.windows)


WORDS = [
    "lunes",
    "no",
    "en la tarde",
    "menos",
    "de",
    "3",
    "a",
    "5",
    "y",
    "o",
    ",",
    "las",
    "paqarin",
    "trabajo",
    "hasta",
    "ura",
    "media",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_any_order_of_the_words_can_be_read(words: list[str]) -> None:
    """And what is read can be stored and read back."""
    said = times_said(" ".join(words))
    if said:
        assert joined(parse(said.value)) == joined(said.windows)


DAYS = st.frozensets(st.sampled_from([*WEEKDAYS, *RELATIVE]), min_size=1)
WINDOWS = st.lists(
    st.tuples(DAYS, st.integers(0, 1380), st.integers(1, 60)).map(lambda row: Window(row[0], row[1], row[1] + row[2]))
)


@given(WINDOWS, WINDOWS)
def test_what_is_taken_off_is_gone_and_nothing_else(good: list[Window], bad: list[Window]) -> None:
    """Minute by minute of every day."""

    def minutes(windows):
        return {(day, minute) for one in windows for day in one.days for minute in range(one.start, one.end)}

    assert minutes(without(good, bad)) == minutes(good) - minutes(bad)
    assert minutes(joined(good)) == minutes(good)
    assert minutes(parse(compact(good))) == minutes(good)
