"""Schemas of what the engine runs: instruments, flows, first aid, triage. Words come from the readers themselves."""

from __future__ import annotations

from screening.definitions import LEVELS, PRIORITIES, RISK_CODES
from screening.read.flow import (
    CONSENTS,
    ENDINGS,
    FACT,
    KINDS,
    REFERRALS,
    SENSITIVE,
    TASKS,
    TYPES,
)  # fmt: skip
from screening.read.questionnaire import STATES, STATUSES
from screening.read.triage import RULE
from screening.schema.pieces import (
    CONDITION,
    FORMAT,
    LANGUAGE,
    NOTE,
    PHRASES,
    PROPOSAL,
    SOURCE,
    VERSION_OF,
    Schema,
    code,
    document,
    due,
    flag,
    group,
    listed,
    mapped,
    name,
    number,
    one_of,
    one_or_more,
    shaped,
    text,
    whole,
)  # fmt: skip

SEEN = ("SEEN", "KNOWN")
A_SOURCE: Schema = {
    "anyOf": [{"type": "string"}, {"type": "object"}],
    "description": "Una fuente: {url: …, what: qué se leyó ahí, status: SEEN o KNOWN}.",
}
SCORED_OPTION = group(
    {"code": code("Código que se guarda."), "label": text("Lo que se lee en el botón."), "value": number("Puntos.")},
    {"phrases": PHRASES, "loinc": text("Código LOINC."), "note": NOTE},
    "Una respuesta con sus puntos.",
)
OPTION = group(
    {"code": code("Código que se guarda."), "label": text("Lo que se lee en el botón: 20 letras; 24 si hay más de 3.")},
    {
        "phrases": PHRASES,
        "goto": text("Paso al que se va con esta respuesta."),
        "flow": text("Flujo del que depende esta respuesta: se ofrece solo si está encendido."),
        "note": NOTE,
    },
    "Una respuesta.",
)
ITEM = group(
    {
        "linkId": name("Nombre de la pregunta, distinto de los demás."),
        "text": text("La pregunta, tal como está publicada."),
        "options": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": SCORED_OPTION}],
            "description": "Nombre de una lista de «options» de arriba, o las respuestas aquí mismo.",
        },
    },
    {
        "explain": text("Lo mismo con palabras más sencillas y un ejemplo."),
        "phrases": mapped(PHRASES, "Frases de esta pregunta, por código de respuesta."),
        "enableWhen": text("Cuándo se pregunta, según los puntos de una anterior: srq_1 == 1."),
        "scored": flag("false si no cuenta en ningún puntaje."),
        "risk": group(
            {"code": one_of(RISK_CODES, "De qué riesgo habla."), "when": text("Con qué puntos: == 1.")},
            {},
            "Respuesta que muestra un riesgo, sea cual sea el puntaje.",
        ),
        "block": text("Parte del cuestionario."),
        "loinc": text("Código LOINC."),
        "note": NOTE,
        "as_seen": {"description": "Cómo estaba escrito en la fuente, si se corrigió una letra."},
    },
    "Una pregunta.",
)
BAND = group(
    {
        "min": number("Desde (incluido)."), "max": number("Hasta (incluido)."),
        "code": name("Nombre corto."), "label": text("Cómo se lee."),
    },
    {"note": NOTE, "source": text("De dónde viene."), "status": one_of(SEEN, "SEEN = leído en la fuente.")},
    "Una franja del puntaje.",
)  # fmt: skip
SCORE = group(
    {
        "name": name("Nombre del puntaje."),
        "method": one_of(("sum",), "Cómo se calcula: sum = suma de puntos."),
        "items": one_or_more(text("linkId."), "Las preguntas que suman."),
    },
    {
        "range": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2,
                  "description": "El menor y el mayor puntaje posibles: [0, 20]."},
        "cutoff": group(
            {"positive_at": number("Desde cuántos puntos es positivo.")},
            {"source": text("Quién lo propone."), "status": one_of(SEEN, "SEEN = leído en la fuente."), "note": NOTE},
            "El punto de corte.",
        ),
        "other_cutoffs": {"anyOf": [{"type": "string"}, {"type": "array", "items": A_SOURCE}],
                          "description": "Otros cortes publicados; no se usan."},
        "skipped_counts_as": number("Puntos de una pregunta que no se quiso contestar."),
        "bands": listed(BAND, "Franjas sin huecos ni cruces."),
        "meaning": group(
            {},
            {
                "positive": text("Qué se dice a la persona si es positivo."),
                "negative": text("Qué se dice si es negativo."),
                "undetermined": text("Qué se dice si faltaron respuestas."),
            },
            "El resultado en palabras, sin números.",
        ),
        "loinc": text("Código LOINC."),
        "note": NOTE,
        "source": SOURCE,
        "status": one_of(SEEN, "SEEN = leído en la fuente."),
    },
    "Un puntaje.",
)  # fmt: skip
INSTRUMENT = document(
    "Instrumento",
    "Un cuestionario publicado: preguntas, respuestas con puntos, puntajes, cortes y franjas.",
    group(
        {
            "format": FORMAT, "url": text("Nombre único, como urn:uyariq:questionnaire:phq-9."),
            "name": name("Igual que el nombre del archivo."), "version": VERSION_OF,
            "status": one_of(STATUSES, "active = se usa; draft = borrador; retired = retirado."),
            "title": text("Nombre para el equipo."),
            "items": listed(ITEM, "Las preguntas, en orden."), "scores": listed(SCORE, "Los puntajes."),
        },
        {
            "language": shaped(LANGUAGE, "Idioma del texto publicado: es, qu."),
            "variety": text("Variedad: es-PE, quy, quz."),
            "source": one_or_more(A_SOURCE, "Dónde se leyó cada cosa."),
            "copyright": text("De quién es y qué permite."),
            "redistribution": one_of(("free", "check", "ask_owner"), "Si se puede copiar: sí, por comprobar, pedir."),
            "recall": text("El tiempo del que se pregunta, dicho antes de la primera pregunta."),
            "translations": mapped(
                group({"state": one_of(STATES, "none = no se ofrece en ese idioma.")}, {"note": NOTE}),
                "Hasta dónde existe en cada idioma.",
            ),
            "loinc": text("Código LOINC del cuestionario."),
            "options": mapped(listed(SCORED_OPTION, "Respuestas."), "Listas de respuestas que usan las preguntas."),
            "note": NOTE, "notes": {"description": "Notas."}, "proposal": PROPOSAL,
        },
    ),
)  # fmt: skip

ADVISE = group(
    {
        "priority": one_of(PRIORITIES, "routine < urgent < asap < stat."),
        "reasons": one_or_more(text("Código."), "Motivos, con su texto en triage.yml."),
    },
    {
        "task": one_of(TASKS, "callback = llamar; referral = derivar; crisis."),
        "due": due("Plazo; obligatorio si hay «task»."),
        "referral": one_of(REFERRALS, "Adónde derivar."),
        "note": NOTE,
    },
    "Tarea para el equipo.",
)
STEP = group(
    {"id": name("Nombre del paso, distinto de los demás.")},
    {
        "when": CONDITION,
        "say": one_or_more(text("Un globo: hasta 300 letras."), "Lo que se dice."),
        "delay": {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}}],
                  "description": "Segundos de espera antes de cada globo."},
        "ask": text("La pregunta."),
        "explain": text("Lo mismo con palabras más sencillas y un ejemplo de la vida diaria."),
        "type": one_of(TYPES, "Qué se contesta."),
        "options": listed(OPTION, "Las respuestas; hasta 10 filas en una lista."),
        "min": whole("El número menor que vale."), "max": whole("El número mayor que vale."),
        "saves": shaped(FACT.pattern, "Dato que guarda la respuesta: menu.choice."),
        "sensitive": one_of(SENSITIVE, "Dato personal, que se guarda cifrado."),
        "contact": text("Cómo llamar sin peligro: el dato que se guarda."),
        "consent": one_of(CONSENTS, "Permiso que se pide: con «yes» y «no», y no se salta."),
        "optional": flag("Si se puede saltar."),
        "instrument": text("Cuestionario que se hace."),
        "first_aid": text("Primera ayuda: un nombre, by_profile o choose."),
        "run": text("Flujo que se corre y vuelve aquí."),
        "goto": text("Paso al que se va."),
        "advise": ADVISE,
        "schedule": group({"kind": text("Para qué volver."), "after": due("Dentro de cuánto.")}, {"note": NOTE}),
        "end": one_of(ENDINGS, "Termina el flujo."),
        "end_session": one_of(ENDINGS, "Termina la conversación."),
        "note": NOTE,
    },
    "Un paso: primero lo que dice, luego una sola cosa que hace.",
)  # fmt: skip


def _flow(title: str, description: str, kinds: tuple[str, ...]) -> Schema:
    return document(
        title,
        description,
        group(
            {
                "format": FORMAT, "name": name("Igual que el nombre del archivo."),
                "kind": one_of(kinds, "Qué clase de conversación es."), "version": VERSION_OF,
                "title": text("Nombre para el equipo."), "steps": listed(STEP, "Los pasos, en orden."),
            },
            {
                "source": SOURCE, "proposal": PROPOSAL,
                "opens_on": one_or_more(text("Intención."), "Intenciones que lo abren."),
                "profile": text("Primera ayuda: a quién le conviene (condición)."),
                "priority": whole("Primera ayuda: la más alta que conviene se da primero."),
                "offer": text("Cómo se ofrece en un botón: 20 letras."), "note": NOTE,
            },
        ),
    )  # fmt: skip


FLOW = _flow("Flujo", "Una conversación paso a paso.", KINDS)
FIRST_AID = _flow("Primera ayuda", "Un guion de primeros auxilios psicológicos.", ("first_aid",))
TRIAGE = document(
    "Reglas de decisión",
    "Qué se hace con lo que la persona contó.",
    group(
        {
            "format": FORMAT, "version": VERSION_OF,
            "rules": listed(
                group(
                    {
                        "id": shaped(RULE.pattern, "TR-012; no se repite ni se reutiliza."), "when": CONDITION,
                        "level": one_of(LEVELS, "Nivel de riesgo."),
                        "reasons": one_or_more(text("Código."), "Motivos, con su texto abajo."),
                        "explain": text("La regla en palabras, para quien revisa."),
                    },
                    {
                        "task": one_of(TASKS, "callback = llamar; referral = derivar; crisis."),
                        "priority": one_of(PRIORITIES, "Obligatoria si hay «task»."), "due": due("Plazo."),
                        "referral": one_of(REFERRALS, "Adónde derivar."), "flag": text("Señal que queda en el caso."),
                        "opens": text("Flujo de crisis que se abre en ese momento."), "source": SOURCE,
                        "proposal": PROPOSAL, "note": NOTE,
                    },
                    "Una regla.",
                ),
                "Las reglas; se miran todas después de cada respuesta.",
            ),
            "reasons": mapped(text("Cómo lo lee quien llama."), "Código de motivo -> palabras."),
        },
        {"note": NOTE, "title": text("Nombre para el equipo."), "source": SOURCE, "proposal": PROPOSAL},
    ),
)  # fmt: skip
