"""Phone numbers, ages, names, districts and times in messages of both languages."""

import statistics
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.entities import find_entities
from bot.nlu.entities.places import load_places

PHONES = [
    ("mi celular es 987 654 321", ["+51987654321"]),
    ("987654321", ["+51987654321"]),
    ("+51 987 654 321", ["+51987654321"]),
    ("0051987654321", ["+51987654321"]),
    ("51 987654321", ["+51987654321"]),
    ("celularniyqa 987-654-321", ["+51987654321"]),
    ("9 87 65 43 21 llámeme", ["+51987654321"]),
    ("98.765.4321", ["+51987654321"]),
    ("(01) 456 7890", ["+5114567890"]),
    ("01-4567890", ["+5114567890"]),
    ("064 234567", ["+5164234567"]),
    ("066-312345", ["+5166312345"]),
    ("nueve ocho siete seis cinco cuatro tres dos uno", ["+51987654321"]),
    ("nueve ochenta y siete seis cincuenta y cuatro tres veintiuno", ["+51987654321"]),
    ("nueve ochenta siete seis cincuenta cuatro tres veintiuno", ["+51987654321"]),
    ("novecientos ochenta y siete seiscientos cincuenta y cuatro trescientos veintiuno", ["+51987654321"]),
    ("isqun pusaq qanchis suqta pichqa tawa kimsa iskay huk", ["+51987654321"]),
    ("isqun pusaq qanchis soqta pisqa tawa kinsa iskay hukmi", ["+51987654321"]),
    ("nueve 87 seis 54 tres 21", ["+51987654321"]),
    ("987 seis cinco cuatro 321", ["+51987654321"]),
    ("nueve ocho siete, seis cinco cuatro, tres dos uno", ["+51987654321"]),
    ("isqun chunka pusaqniyuq qanchis suqta pichqa tawa kimsa iskay huk", ["+51987654321"]),
    ("más cincuenta y uno nueve ocho siete seis cinco cuatro tres dos uno", ["+51987654321"]),
    ("987654321 y 912345678", ["+51987654321", "+51912345678"]),
    ("987654321 / 912 345 678", ["+51987654321", "+51912345678"]),
    ("987654321 912345678", ["+51987654321", "+51912345678"]),
    ("987 654 321, 912 345 678", ["+51987654321", "+51912345678"]),
    ("una 987654321", ["+51987654321"]),
    ("+34 612 345 678", ["+34612345678"]),
    ("mi cel 987654321 y tengo 34 años", ["+51987654321"]),
    ("nueve uno dos doble tres cuatro cinco seis siete", ["+51912334567"]),
]
NO_PHONE = [
    "98765432",
    "9876543210",
    "987 654 3210",
    "987 654 32",
    "nueve ocho siete seis cinco cuatro tres dos",
    "nueve ocho siete seis cinco cuatro tres dos uno cero",
    "mi dni es 45678901",
    "20/11/2026 10:30",
    "nueve de cada diez días, dos o tres veces, cuatro o cinco horas",
    "123456789",
    "tengo 34 años, 3 hijos y 120 soles",
]
AGES = [
    ("tengo 34 años", "34"),
    ("tengo treinta y cuatro años", "34"),
    ("34 watayuq kani", "34"),
    ("chunka pusaqniyuq watayuq kani", "18"),
    ("tengo 15", "15"),
    ("34 añitos", "34"),
    ("voy a cumplir 18", "17"),
    ("voy a cumplir dieciocho años", "17"),
    ("mi hijo tiene 5 años y yo tengo 30", "30"),
    ("soy una chica de 16 años", "16"),
    ("ñuqa iskay chunka kimsayuq watayuq kani", "23"),
    ("mi edad es 45", "45"),
    ("cumplí 20", "20"),
    ("18 años", "18"),
    ("tengo 16 años y vivo con mi mamá", "16"),
    ("tengo diecisiete", "17"),
    ("ya mismo voy a cumplir 18, el otro mes", "17"),
    ("estoy por cumplir quince", "14"),
    ("tengo chunka suqtayuq años", "16"),
    ("kimsa chunka tawayuq watayuqmi kani", "34"),
    ("edad: 27", "27"),
    ("31 de edad", "31"),
    ("mi mamá murió. Tengo 19 años", "19"),
]
NAMES = [
    ("me llamo Rosa", "Rosa"),
    ("me llamo rosa quispe", "rosa quispe"),
    ("soy María", "María"),
    ("sutiyqa Juan", "Juan"),
    ("Rosam sutiy", "Rosa"),
    ("sutiymi Carmen", "Carmen"),
    ("ñuqaqa Luis kani", "Luis"),
    ("soy Morales", "Morales"),
    ("me dicen Lucho", "Lucho"),
    ("hola, me llamo Luz Marina y necesito hablar", "Luz Marina"),
    ("mi nombre es pedro", "pedro"),
    ("me llamo María del Carmen", "María del Carmen"),
    ("sutiyqa Saturnina Mamani", "Saturnina Mamani"),
    ("Juanmi sutiy", "Juan"),
]
PLACES = [
    ("soy de Comas", "Comas"),
    ("Huantamanta kani", "Huanta"),
    ("Puquiopi tiyani", "Puquio"),
    ("Comasmanta", "Comas"),
    ("Ayacuchomanta kani", "Ayacucho"),
    ("Wantamanta kani", "Huanta"),
    ("SJL", "San Juan de Lurigancho"),
    ("vivo en sjl", "San Juan de Lurigancho"),
    ("vivo en VES", "Villa El Salvador"),
    ("San Juan de Lurigancho", "San Juan de Lurigancho"),
    ("comas", "Comas"),
    ("el agustino", "El Agustino"),
    ("vivo en carabaillo", "Carabayllo"),
    ("carabaylo", "Carabayllo"),
    ("vivo en Huanta, Ayacucho", "Huanta"),
    ("estoy en Carabayllo con mis hijos", "Carabayllo"),
    ("vivo en Santiago", "Santiago"),
    ("vivo en La Esperanza, Trujillo", "La Esperanza"),
    ("mi distrito es Independencia", "Independencia"),
    ("vivo en puno", "Puno"),
    ("Punomanta kani", "Puno"),
    ("Cuscomanta hamuni", "Cusco"),
    ("qosqomanta kani", "Cusco"),
    ("soy de Villa María del Triunfo", "Villa María del Triunfo"),
    ("Huamanga", "Huamanga"),
    ("soy de Andahuaylas", "Andahuaylas"),
    ("vivo en Lima con mi esposo", "Lima"),
    ("vivo en andahuailas", "Andahuaylas"),
    ("soy de Sn Juan de Lurigancho", "San Juan de Lurigancho"),
    ("mi distrito es villa el salvador", "Villa El Salvador"),
    ("Julicamanta kani", "Juliaca"),
    ("Carabayllopi tiyani", "Carabayllo"),
    ("ñuqa Limapi tiyani", "Lima"),
    ("vivo en Ayaviri, Melgar, Puno", "Ayaviri"),
    ("smp", "San Martin de Porres"),
    ("provincia de Huancané", "Huancané"),
]
MIXED = [
    ("soy Rosa y tengo 22 años", [("age", "22"), ("name", "Rosa")]),
    ("mi nombre es Juan de la Cruz y vivo en Huanta", [("name", "Juan de la Cruz"), ("district", "Huanta")]),
    (
        "mi celular es 987654321, me llamo Rosa, vivo en Comas, llámeme mañana en la tarde",
        [("phone", "+51987654321"), ("name", "Rosa"), ("district", "Comas"), ("time", "tomorrow 14:00-18:00")],
    ),
    ("celularniyqa 987 654 321", [("phone", "+51987654321")]),
    ("llámame a las 6 de la tarde", [("time", "daily 18:00-19:00")]),
]
NOTHING = [
    "tengo 3 hijos",
    "mi hijo tiene 5 años",
    "mi hijo de 5 años",
    "desde hace 3 años estoy así",
    "tomé 20 pastillas",
    "hace 5 años murió mi mamá",
    "tengo 5 años así",
    "tengo 20 años de casada",
    "a los 15 años me casé",
    "mi bebé tiene 8 meses",
    "wawayqa pichqa watayuq",
    "llevo 3 años sin trabajo",
    "tengo 2 hijos de 5 y 7 años",
    "cuando tenía 10 años",
    "soy enfermera",
    "Soy Enfermera",
    "me llamo a mi mamá",
    "me llamó mi hermana",
    "soy mamá de dos niños",
    "soy Puneña",
    "no tengo esperanza",
    "he perdido la esperanza",
    "no tengo paz",
    "mi hermano Santiago no me habla",
    "sin progreso en mi vida",
    "no comas tanto",
    "gracias por todo",
    "soy de buena familia",
    "vivo en una casa de adobe",
    "vivo con miedo",
    "sunquymi nanan",
    "punchawpi llakisqa kani",
    "tutamanta waqani",
    "wasiypi tiyani",
    "llaqtaypi kani",
    "hola buenos días",
    "estoy triste",
    "yo soy carmen",
    "SOY MARIA",
    "mi mamá se llama Rosa",
    "estoy en casa",
    "vivo en el campo",
    "soy de la sierra",
    "mi hermana tiene 15",
    "estoy sola en Lima",
    "mi esposo me pega desde hace 10 años",
    "hace 3 años que no duermo bien",
    "mi hijita de 7 años no come",
    "wawayqa kimsa watayuqmi",
    "kimsa wataña llakisqa kani",
    "tengo 8 meses de embarazo",
    "soy mayor de edad",
    "soy huancaína",
    "soy una carga para todos",
    "imataq sutiyki",
    "con la victoria de mi equipo",
    "mi jesús me ayuda",
    "tantata mikuni",
]


def found(text):
    """(entity, value) pairs of a text."""
    return [(e.entity, e.value) for e in find_entities(text)]


def of_kind(text, kind):
    """The values of one kind."""
    return [value for entity, value in found(text) if entity == kind]


@pytest.mark.parametrize(("text", "numbers"), PHONES)
def test_phone_is_found_however_it_is_written_or_said(text, numbers):
    """Grouped any way, in figures or words of either language; two numbers are both found. Values are E.164."""
    assert of_kind(text, "phone") == numbers


@pytest.mark.parametrize("text", NO_PHONE)
def test_too_few_or_too_many_digits_are_no_phone(text):
    """Nobody else is called by mistake: the question is asked again."""
    assert of_kind(text, "phone") == []


@pytest.mark.parametrize(("text", "age"), AGES)
def test_age_of_the_speaker(text, age):
    """In figures and words of both languages; who is about to be 18 is 17."""
    assert of_kind(text, "age") == [age]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_name_by_which_somebody_introduces_themselves(text, name):
    """As it was written."""
    assert of_kind(text, "name") == [name]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_place_where_somebody_lives_or_comes_from(text, place):
    """By its plain name, also from a nickname, with a Quechua ending or one typo."""
    assert of_kind(text, "district") == [place]


@pytest.mark.parametrize(("text", "entities"), MIXED)
def test_several_entities_in_one_message(text, entities):
    """Each piece of the text is only one of them."""
    assert sorted(found(text)) == sorted(entities)


@pytest.mark.parametrize("text", NOTHING)
def test_other_words_are_no_entity(text):
    """Other people's ages, times that something lasted, counts, trades, and words that are also districts."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("después de las 6", "daily 18:00-21:00"),
        ("a las 10 am", "daily 10:00-11:00"),
        ("mañana por favor", "tomorrow 08:00-21:00"),
        ("en la mañana", "daily 08:00-12:00"),
        ("paqarin tutamanta", "tomorrow 08:00-12:00"),
        ("el lunes", "mon 08:00-21:00"),
        ("18:30", "daily 18:30-19:30"),
    ],
)
def test_times_are_windows(text, value):
    """In the compact form that followup keeps as well; many more in tests/screening/test_windows.py."""
    assert found(text) == [("time", value)]


def test_a_name_that_several_places_bear_gives_them_all():
    """Ten districts are called Santa Rosa; the department beside it leaves those that lie there."""
    (many,) = find_entities("vivo en Santa Rosa")
    (fewer,) = find_entities("vivo en Santa Rosa, Puno")
    assert len(many.candidates) > len(fewer.candidates) >= 1
    assert all(code.startswith("21") for code in fewer.candidates)
    (one,) = find_entities("vivo en Comas, Lima")
    assert one.candidates == ("150110",)


def test_every_district_is_found_where_somebody_says_that_they_live_there():
    """By its full name; of those whose name begins like another the longest counts."""
    missed = []
    for key, label in load_places().plain.items():
        if key == fold_key(label) and of_kind(f"vivo en {label}", "district")[:1] != [label]:
            missed.append(label)
    assert missed == []


def fold_key(label):
    """The key of a place's own name, so that nicknames are left out."""
    from bot.nlu.entities.places import _key

    return _key(label.replace("-", " "))


def test_nicknames_are_of_places_that_exist():
    """Each code is a district, a province or a department."""
    places = load_places()
    assert all(code in places.labels for codes in places.codes.values() for code in codes)


def test_entities_of_a_message_take_less_than_a_millisecond():
    """A median of 0.4 ms is wanted for 60 characters; the bound leaves room for a busy machine."""
    texts = [(text + " y quisiera conversar con alguien del equipo")[:60] for text, _ in [*AGES, *PLACES, *NAMES]]
    taken = []
    for text in texts:
        find_entities(text)
        start = time.perf_counter()
        find_entities(text)
        taken.append(time.perf_counter() - start)
    assert statistics.median(taken) < 0.001


@given(st.text(max_size=300))
def test_any_text_can_be_searched(text):
    """Positions lie inside the text and do not run backwards."""
    assert all(0 <= e.start < e.end <= len(text) for e in find_entities(text))


PIECES = [
    "me",
    "llamo",
    "Rosa",
    "vivo",
    "en",
    "Comas",
    ",",
    "987",
    "654 321",
    "tengo",
    "18",
    "años",
    "manta",
    "soy",
    "de",
    "nueve",
    "+",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_order_of_telling_words_can_be_searched(words):
    """And what is found is in the text."""
    text = " ".join(words)
    assert all(0 <= e.start < e.end <= len(text) for e in find_entities(text))
