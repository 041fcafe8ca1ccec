"""Schemas of the tables around the engine: services, forbidden phrases, replies, switches, readability, cases."""

from __future__ import annotations

from screening.checks.case_keys import KEYS
from screening.read.replies import BUTTONS, LISTS
from screening.read.services import ALWAYS, DAYS, KINDS, LANGUAGES
from screening.schema.definitions import SEEN
from screening.schema.pieces import (
    CLOCK,
    FORMAT,
    NOTE,
    PHRASE_LIST,
    VERSION_OF,
    Schema,
    day,
    document,
    flag,
    group,
    listed,
    mapped,
    name,
    number,
    one_of,
    one_or_more,
    or_nothing,
    shaped,
    text,
    whole,
)  # fmt: skip

HOURS = group(
    {
        "days": one_or_more(one_of(DAYS, "Un día."), "Días."),
        "from": shaped(CLOCK, 'Hora entre comillas: "07:00".'),
        "to": shaped(CLOCK, 'Hora entre comillas: "19:00".'),
    },
    {},
    "Un horario.",
)
SERVICES = document(
    "Servicios",
    "Teléfonos y lugares que el bot puede dar. Un número equivocado hace daño.",
    {
        "type": "array",
        "items": group(
            {
                "id": name("Nombre corto."), "kind": one_of(KINDS, "Para qué sirve."), "name": text("Cómo se llama."),
                "languages": one_or_more(one_of(LANGUAGES, "Idioma."), "Solo los que una fuente confirma."),
                "hours": {"anyOf": [{"const": ALWAYS}, {"type": "array", "items": HOURS}],
                          "description": '"24/7" o una lista de horarios.'},
                "status": one_of(SEEN, "SEEN = leído en la fuente; KNOWN = sin comprobar."),
                "review_by": day("Fecha en que hay que comprobarlo llamando."),
            },
            {
                "country": text("País, PE por defecto."), "number": text("El número."),
                "steps": text("Qué hacer: marque 113 y luego 5."), "free": flag("Si es gratis."), "note": NOTE,
                "text": text("Cómo se nombra dentro de una frase."), "source": text("Dónde se leyó."),
                "seen": day("Fecha de la fuente."),
            },
            "Un servicio.",
        ),
    },
)  # fmt: skip
FORBIDDEN = document(
    "Frases prohibidas",
    "Lo que el bot nunca dice, y por qué.",
    {
        "type": "array",
        "items": group(
            {"phrase": text("La frase."), "why": text("Por qué hace daño.")},
            {"source": text("De dónde viene."), "language": one_of(LANGUAGES, "Idioma.")},
        ),
    },
)
BY_LANGUAGE = group({}, {"es": PHRASE_LIST, "qu": PHRASE_LIST}, "Frases por idioma.")
REPLIES = document(
    "Respuestas sueltas",
    "Palabras que contestan cualquier pregunta: sí, no, paso, no entiendo.",
    group(
        {},
        {
            "format": FORMAT, "version": VERSION_OF, "note": NOTE,
            **dict.fromkeys(LISTS, BY_LANGUAGE),
            "numbers": mapped(whole("El número."), "Palabra -> número."),
            "spelling": mapped(text("La palabra entera."), "Lo escrito a la carrera -> la palabra: xq -> porque."),
            "buttons": group({}, {one: text("Texto del botón: 20 letras.") for one in BUTTONS}),
        },
    ),
)  # fmt: skip
PROGRAMME = document(
    "Programa",
    "Qué temas ofrece el programa.",
    group(
        {
            "format": FORMAT,
            "version": VERSION_OF,
            "flows": listed(
                group(
                    {"flow": name("Nombre del flujo."), "why": text("Por qué está así; lo lee el equipo.")},
                    {
                        "on": flag("true = encendido."),
                        "needs": one_or_more(text("Instrumento."), "Cuestionarios sin cuyo texto no se ofrece."),
                        "note": NOTE,
                    },
                ),
                "Los interruptores.",
            ),
        },
        {"title": text("Nombre para el equipo."), "note": NOTE},
    ),
)
READABILITY = document(
    "Facilidad de lectura",
    "Desde cuándo se avisa que un texto cuesta leer (escala INFLESZ).",
    group(
        {
            "format": FORMAT, "whole": number("Para el archivo entero."), "single": number("Para un texto solo."),
            "shortest": whole("Un texto con menos palabras no se mide solo."), "source": text("De dónde viene."),
        },
        {"note": NOTE},
    ),
)  # fmt: skip

PUBLISHING = document(
    "Segunda persona",
    "Qué cambios hechos en la consola mira otra persona antes de publicarse.",
    group(
        {
            "format": FORMAT,
            "second_person": listed(
                group(
                    {
                        "id": name("Nombre de la entrada."),
                        "files": listed(text("Archivos; * vale por cualquier nombre."), "A qué archivos se aplica."),
                        "keys": listed(text("Clave del archivo, o «*»."), "Qué partes cuentan."),
                        "why": text("Lo que lee quien quiere publicar."),
                    },
                    {"except": listed(text("Clave del archivo."), "Qué partes no cuentan."), "note": NOTE},
                    "Un cambio que necesita una segunda persona.",
                ),
                "Cambios que otra persona mira antes.",
            ),
        },
        {"note": NOTE, "title": text("Título para el equipo.")},
    ),
)  # fmt: skip


def _cases() -> Schema:
    anything: Schema = {"description": "Lo que se sabe o lo que se espera; vea docs/formato-de-reglas.md."}
    kinds = {}
    for kind, (of_case, of_expect) in KEYS.items():
        expect = group({}, dict.fromkeys(of_expect, anything), "Lo que tiene que salir.")
        keys = {key: anything for key in of_case if key not in ("name", "expect")}
        case = group({"name": text("Qué se prueba, en una frase."), "expect": expect}, keys, "Un caso.")
        kinds[kind] = listed(case, "Los casos.")
    body: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {**kinds, "format": or_nothing(FORMAT), "note": NOTE},
        "minProperties": 1,
    }
    return document("Casos", "Personas inventadas, lo que contestan y lo que debe salir.", body)


CASES = _cases()
