"""Schemas of the programme's settings: hours, calls, templates, retention, reports, words for times and danger."""

from __future__ import annotations

from screening.definitions import PRIORITIES, RISK_CODES
from screening.read.services import DAYS
from screening.schema.pieces import (
    CLOCK,
    FORMAT,
    NOTE,
    PROPOSAL,
    VERSION_OF,
    Schema,
    day,
    document,
    due,
    flag,
    group,
    listed,
    mapped,
    number,
    one_of,
    one_or_more,
    shaped,
    text,
    whole,
)
from screening.schema.tables import BY_LANGUAGE
from screening.time_words import BOUNDS, HALVES, LISTS

GROUP: Schema = {"type": "object"}
LIST: Schema = {"type": "array"}
WORDS = listed(text("Una palabra."), "Palabras.")
CLOCK_AT = shaped(CLOCK, 'Hora entre comillas: "08:00".')
TEMPLATE = group(
    {
        "name": text("Nombre con que Meta la aprobó."),
        "language": text("Idioma con que se presentó."),
        "status": one_of(("none", "pending", "approved", "rejected"), "Solo approved se envía."),
    },
    {"note": NOTE, "text": text("El texto presentado.")},
)
TEMPLATES_BY_LANGUAGE = mapped(TEMPLATE, "Por idioma.")
ON_DAYS = one_or_more(one_of((*DAYS, "daily"), "Un día."), "Días; daily = todos.")


def _file(title: str, description: str, required: dict[str, Schema], optional: dict[str, Schema]) -> Schema:
    common = {"version": VERSION_OF, "proposal": PROPOSAL, "note": NOTE, "source": text("De dónde viene.")}
    return document(title, description, group({"format": FORMAT, **required}, {**common, **optional}))


WORKING_HOURS = _file(
    "Horario del equipo",
    "Cuándo hay alguien para llamar y cuándo no se molesta.",
    {
        "timezone": text("Zona horaria: America/Lima."),
        "shifts": listed(
            group({"days": ON_DAYS, "from": CLOCK_AT, "to": CLOCK_AT}, {"who": WORDS, "note": NOTE}), "Turnos."
        ),
        "quiet_hours": group({"from": CLOCK_AT, "to": CLOCK_AT}, {}, "Horas en que no se escribe ni se llama."),
    },
    {
        "holidays": text("País de los feriados: PE."),
        "closed": listed(
            group({"date": day("Día.")}, {"from": CLOCK_AT, "to": CLOCK_AT, "why": NOTE}), "Días cerrados."
        ),
        "open": listed(group({"date": day("Día.")}, {"from": CLOCK_AT, "to": CLOCK_AT, "why": NOTE}), "Días abiertos."),
        "out_of_hours": group(
            {},
            {
                "on_call": listed(
                    group({"who": WORDS, "days": ON_DAYS, "from": CLOCK_AT, "to": CLOCK_AT}, {"note": NOTE}),
                    "Guardias.",
                ),
                "crisis_tasks": text("keep_clock."),
                "other_tasks": text("keep_clock."),
                "first_in_the_morning": listed(one_of(PRIORITIES, "Prioridad."), "Lo primero al abrir."),
                "notify": text("A quién se avisa."),
                "say": text("Lo que dice el bot fuera de hora."),
            },
        ),
    },
)
STEP_OF_LADDER = group(
    {"attempt": whole("Número de intento.")},
    {
        "next": due("Cuándo se intenta de nuevo."),
        "shift": one_of(("other_hour", "other_day"), "A otra hora u otro día."),
        "also": text("Qué más se hace: message, tell_supervisor."),
        "then": text("Último paso: community_visit."),
    },
)
LADDER = group({"max_attempts": whole("Intentos."), "steps": listed(STEP_OF_LADDER, "Peldaños.")}, {"note": NOTE})
CALLBACK_RULES = _file(
    "Reglas de llamada",
    "Qué se hace después de cada llamada.",
    {
        "lease": due("Tiempo que una tarea queda tomada."),
        "ladders": group(dict.fromkeys(PRIORITIES, LADDER), {}, "Intentos por prioridad."),
        "contact_results": listed(GROUP, "Qué pasó al llamar."),
        "dispositions": listed(GROUP, "En qué quedó."),
    },
    dict.fromkeys(("after_last_attempt", "closing", "followup", "referrals", "team"), GROUP)
    | {"safe_contact": listed(GROUP, "Cómo llamar sin peligro.")},
)
TEMPLATES = _file(
    "Plantillas de WhatsApp",
    "Los textos con que WhatsApp deja escribir primero.",
    {"templates": mapped(TEMPLATES_BY_LANGUAGE, "Nombre -> idioma -> plantilla.")},
    {},
)
STAFF_MESSAGES = _file(
    "Mensajes del equipo",
    "Cómo escribe el equipo por el bot.",
    {"channels": mapped(GROUP, "Canales."), "texts": mapped(text("Texto."), "Textos alrededor.")},
    {
        "hands_back_after": due("Cuándo vuelve el programa."),
        "answer_within": due("Plazo para contestar."),
        "wait_note_after": due("Cuándo se dice que espere."),
        "kept": group({"days": whole("Días.")}, {}),
        "longest": whole("Letras."),
        "bot_again_on": WORDS,
        "danger": WORDS,
        "templates": listed(
            group(
                {"code": text("Código."), "label": text("Cómo se elige."), "text": text("Lo que se envía.")},
                {"whatsapp": TEMPLATES_BY_LANGUAGE},
            ),
            "Frases preparadas.",
        ),
    },
)
REPORTS = _file(
    "Reportes",
    "Desde cuántas personas se muestra un número, y las tasas.",
    {"hide_below": group({"outside": whole("Fuera del equipo."), "team": whole("Dentro del equipo.")}, {})},
    {
        "age_bands": WORDS,
        "rates": listed(
            group({"measure": text("Medida."), "of": text("Sobre cuál.")}, {"reference": number("Referencia, en %.")}),
            "Tasas.",
        ),
        "score_change": group({"from": due("Desde."), "to": due("Hasta.")}, {}),
        "left_after": due("Cuándo una conversación cuenta como dejada."),
    },
)
RETENTION = _file(
    "Cuánto se guarda",
    "Cuánto tiempo se guarda cada cosa.",
    {
        "after_last_contact": mapped(due("Plazo."), "Desde el último contacto."),
        "after_writing": mapped(due("Plazo."), "Desde que se escribió."),
    },
    {
        "elsewhere": mapped(
            group({"file": text("Archivo."), "at": text("Lugar.")}, {}), "Plazos que están en otro archivo."
        )
    },
)
UNDERSTANDING = _file(
    "Lo que no se entiende",
    "Qué se ofrece cuando un mensaje no se entiende, y qué se guarda.",
    {"guesses": GROUP, "danger": GROUP, "kept_messages": GROUP},
    {},
)
BY_PHONE = _file(
    "Por teléfono",
    "Qué se puede hacer por teléfono.",
    {"instruments": WORDS, "first_aid": GROUP},
    {"after_risk": WORDS, "consent": GROUP},
)
DHIS2 = _file(
    "DHIS2",
    "Códigos del DHIS2 al que se envían los conteos.",
    {"data_set": text("Código del conjunto de datos."), "org_unit": GROUP, "data_elements": GROUP},
    {
        "disaggregate": WORDS,
        "categories": GROUP,
        "category_option_combos": GROUP,
        "attribute_option_combo": text("Código."),
        "hide_small_numbers": flag("Si no se envían los números pequeños."),
    },
)
GATEWAY_WORDS = _file(
    "Palabras del canal",
    "Palabras que se atienden antes de la conversación.",
    {"listen": BY_LANGUAGE, "link": BY_LANGUAGE},
    {},
)
PLACE_WORDS = _file(
    "Nombres de lugares",
    "Apodos de lugares y nombres que también son palabras de todos los días.",
    {
        "nicknames": mapped(shaped("^([0-9]{2}){1,3}$", "Código."), "Apodo -> código."),
        "frames": mapped(WORDS, "Marcos."),
    },
    {"filler": WORDS, "ordinary": WORDS},
)
_NUMBERS = mapped({"type": "integer"}, "Palabra -> número.")
TIMES = _file(
    "Días y horas",
    "Cómo se entienden los días y las horas.",
    {
        "earliest": CLOCK_AT,
        "latest": CLOCK_AT,
        "days": mapped(BY_LANGUAGE, "Día -> palabras."),
        "parts": listed(
            group(
                {"from": CLOCK_AT, "to": CLOCK_AT, "half": one_of(HALVES, "Mitad del día.")}, {"es": WORDS, "qu": WORDS}
            ),
            "Partes del día.",
        ),
        "bounds": group(dict.fromkeys(BOUNDS, BY_LANGUAGE), {}),
        "halves": group(dict.fromkeys(HALVES, BY_LANGUAGE), {}),
        "numbers": mapped(_NUMBERS, "Por idioma."),
        "minutes": _NUMBERS,
        **dict.fromkeys((*LISTS, "any_hour", "hour_words"), BY_LANGUAGE),
    },
    {"examples": mapped({"type": "string"}, "Frase -> lo que tiene que entenderse.")},
)
HARMLESS = group(
    {"id": text("H-ES-001."), "meaning": text("Qué quiere decir."), "phrases": WORDS, "examples": WORDS},
    {"counter_examples": WORDS, "note": NOTE},
)
PHRASE = group(
    {
        "id": shaped("^R-[A-Z]{2,3}-[0-9]{3}$", "R-ES-012; no se repite ni se reutiliza."),
        "code": one_of(RISK_CODES, "De qué riesgo habla."),
        "level": one_of(("crisis", "ask"), "crisis = se actúa; ask = se pregunta."),
        "source": text("De dónde sale."),
        "meaning": text("Una línea para quien revisa."),
        "phrases": WORDS,
        "examples": WORDS,
        "counter_examples": WORDS,
    },
    {
        "negation": one_of(("blocks", "near", "ignored"), "Qué hace un «no» delante."),
        "unless_before": WORDS,
        "unless_after": WORDS,
        "first": flag("El daño ya ocurrió."),
        "covers": WORDS,
        "note": NOTE,
    },
)
RISK_PHRASES = document(
    "Frases de riesgo",
    "Palabras de peligro, en un idioma.",
    group(
        {"format": FORMAT, "language": text("Idioma."), "phrases": listed(PHRASE, "Las frases.")},
        {
            "pictures": mapped(text("Palabra."), "Dibujo -> palabra."),
            "sets": mapped(LIST, "Conjuntos: <nombre>."),
            "short_forms": GROUP,
            "typo_words": LIST,
            "spared_words": LIST,
            "vocabulary": LIST,
            "numbers": GROUP,
            "negation": GROUP,
            "idioms": LIST,
            "harmless": listed(HARMLESS, "Lo que explica palabras de peligro."),
            "note": NOTE,
        },
    ),
)
