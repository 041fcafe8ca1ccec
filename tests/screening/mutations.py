"""Changes that a person could make to one file of the rules; each knows whether they stand, or fall and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

Data = Any
# Changes the file's data in place; False where the file has nothing of the kind to change.
Change = Callable[[Data, Random], bool]
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mutation:
    """One change. code: what must be reported, None when the rules stay accepted; also: what follows from it."""

    name: str
    change: Change
    code: str | None = None
    also: frozenset[str] = NONE


def put(*way: str | int, value: Any) -> Change:
    """Set what is at the end of the way."""

    def change(data: Data, rng: Random) -> bool:
        inner = _inner(data, way[:-1])
        if inner is None:
            return False
        inner[way[-1]] = value
        return True

    return change


def drop(*way: str | int) -> Change:
    """Take away what is at the end of the way."""

    def change(data: Data, rng: Random) -> bool:
        inner = _inner(data, way[:-1])
        if not isinstance(inner, dict) or inner.get(way[-1]) is None:
            return False
        del inner[way[-1]]
        return True

    return change


def misspell(*way: str | int) -> Change:
    """Two letters of a key change places."""

    def change(data: Data, rng: Random) -> bool:
        inner, key = _inner(data, way[:-1]), str(way[-1])
        if not isinstance(inner, dict) or inner.get(key) is None:
            return False
        inner[key[:-2] + key[-1] + key[-2] if key[-1] != key[-2] else key + "x"] = inner.pop(key)
        return True

    return change


def _inner(data: Data, way: tuple[str | int, ...]) -> Any:
    for step in way:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def each(key: str, fits: Callable[[Any], bool], change: Callable[[Any, Data], None]) -> Change:
    """Change one entry, picked by chance, of those in the list under the key that fit; "" is the file itself."""

    def made(data: Data, rng: Random) -> bool:
        listed = [one for one in (data.get(key) or [] if key else data) if fits(one)]
        if not listed:
            return False
        change(rng.choice(listed), data)
        return True

    return made


def always(_: Any) -> bool:
    """Any entry will do."""
    return True


def has(*keys: str) -> Callable[[Any], bool]:
    """Entries that have all these keys."""
    return lambda one: all(one.get(key) is not None for key in keys)


def lacks(*keys: str) -> Callable[[Any], bool]:
    """Entries that have none of these keys."""
    return lambda one: not any(one.get(key) is not None for key in keys)


def sets(**values: Any) -> Callable[[Any, Data], None]:
    """Set these keys of the entry."""
    return lambda one, _: one.update(values)


def removes(key: str) -> Callable[[Any, Data], None]:
    """Take the key from the entry."""
    return lambda one, _: one.pop(key)


HEAD = [
    Mutation("versión sin comillas", put("version", value=2026112201), "version_unquoted"),
    Mutation("versión corta", put("version", value="20261122"), "version_format"),
    Mutation("formato que no existe", put("format", value=2), "format_unsupported"),
    Mutation("sin formato", drop("format"), "key_missing"),
    Mutation("sin versión", drop("version"), "key_missing"),
    Mutation("clave de más", put("colour", value="azul"), "key_unknown"),
    Mutation("versión nueva", put("version", value="2027010101")),
    Mutation("título nuevo", put("title", value="Otro título")),
]
LONG = "Cuente con calma lo que pasa. " * 11
# What can happen to an explanation: name, what it becomes, the code, what follows from it.
EXPLAINS: tuple[tuple[str, Any, str | None, frozenset[str]], ...] = (
    ("frase prohibida", "Por ejemplo, échele ganas.", "forbidden_phrase", NONE),
    ("explicación de 330 letras", LONG, "bubble_too_long", NONE),
    ("signos seguidos", "¡Vamos! ¡Usted puede!", "exclamation_row", NONE),
    ("dato que nadie llena", "Llame al {telefono}.", "field_unknown", NONE),
    ("llave suelta", "Llame al {crisis_call.", "field_unknown", NONE),
    ("explicación con un número", 7, "type_wrong", frozenset({"explain_missing"})),
    ("explicación nueva", "Por ejemplo, en un día cualquiera.", None, NONE),
)


def _explains(key: str) -> list[Mutation]:
    """What can happen to the explanations of the entries under the key."""
    return [
        Mutation(name, each(key, has("explain"), sets(explain=value)), code, also)
        for name, value, code, also in EXPLAINS
    ]


# instruments


def _first_list(data: Data) -> list[Any]:
    return next(iter((data.get("options") or {}).values()), [])


def _option(change: Callable[[list[Any]], None]) -> Change:
    def made(data: Data, rng: Random) -> bool:
        listed = _first_list(data)
        if len(listed) < 2:
            return False
        change(listed)
        return True

    return made


def _band(change: Callable[[list[Any]], None]) -> Change:
    def made(data: Data, rng: Random) -> bool:
        scores = [one for one in data.get("scores") or [] if len(one.get("bands") or []) > 2]
        if not scores:
            return False
        change(rng.choice(scores)["bands"])
        return True

    return made


def _copy_item(**values: Any) -> Change:
    def made(data: Data, rng: Random) -> bool:
        plain = [one for one in data["items"] if not one.get("risk") and not one.get("enableWhen")]
        if not plain:
            return False
        data["items"].append({**rng.choice(plain), **values})
        return True

    return made


def _on_second(when: str) -> Change:
    def made(data: Data, rng: Random) -> bool:
        items = data["items"]
        if len(items) < 3:
            return False
        items[1]["enableWhen"] = when.format(first=items[0]["linkId"], last=items[-1]["linkId"])
        return True

    return made


def _raise(bands: list[Any], index: int, key: str, by: int) -> None:
    bands[index][key] += by


SCORED = has("range")
FACTS = frozenset({"fact_unknown", "fact_value_unknown", "score_item_unknown", "risk_unhandled", "item_unreachable"})
# A question that is not asked cannot be the one that a rule waits for.
UNASKED = frozenset({"risk_unhandled"})
BANDS = frozenset({"band_gap", "band_overlap", "band_out_of_range"})
INSTRUMENT = [
    *HEAD,
    *_explains("items"),
    Mutation("sin título", drop("title"), "key_missing"),
    Mutation("sin dirección", drop("url"), "key_missing"),
    Mutation("estado que no existe", put("status", value="activo"), "value_unknown"),
    Mutation("permiso que no existe", put("redistribution", value="libre"), "value_unknown"),
    Mutation("sin fuente", drop("source"), "source_missing"),
    Mutation(
        "explain mal escrito",
        each("items", has("explain"), lambda one, _: one.update(explian=one.pop("explain"))),
        "key_unknown",
        frozenset({"explain_missing"}),
    ),
    Mutation("sin explain", each("items", has("explain"), removes("explain")), "explain_missing"),
    Mutation("texto con un número", each("items", lacks("risk"), sets(text=3)), "type_wrong"),
    Mutation("sin texto", each("items", lacks("risk"), removes("text")), "key_missing"),
    Mutation(
        "lista de respuestas que no existe",
        each("items", lacks("risk", "enableWhen"), sets(options="siempre")),
        "options_unknown",
        FACTS,
    ),
    Mutation("depende de una pregunta posterior", _on_second("{last} == 1"), "enable_when_later"),
    Mutation("depende de una pregunta que no existe", _on_second("otra == 1"), "fact_unknown", UNASKED),
    Mutation("depende de un puntaje imposible", _on_second("{first} == 99"), "item_unreachable", UNASKED),
    Mutation("condición a medias", _on_second("{first} =="), "condition_syntax"),
    Mutation("condición con función", _on_second("len({first}) == 1"), "condition_not_allowed"),
    Mutation("depende de la anterior", _on_second("{first} != 99")),
    Mutation("pregunta repetida", _copy_item(), "id_duplicated"),
    Mutation("nombre con mayúscula", _copy_item(linkId="Nueva"), "id_format"),
    Mutation("nombre del programa", _copy_item(linkId="status"), "id_reserved"),
    Mutation("pregunta nueva que no suma", _copy_item(linkId="nueva", scored=False)),
    Mutation(
        "riesgo imposible", each("items", has("risk"), lambda one, _: one["risk"].update(when="== 99")), "risk_never"
    ),
    Mutation(
        "riesgo que no existe",
        each("items", has("risk"), lambda one, _: one["risk"].update(code="muerte")),
        "value_unknown",
    ),
    Mutation(
        "riesgo sin regla",
        each("items", lacks("risk"), sets(risk={"code": "suicide", "when": ">= 0"})),
        "risk_unhandled",
    ),
    Mutation(
        "suma una pregunta que no existe",
        each("scores", SCORED, lambda one, _: one["items"].append("otra")),
        "score_item_unknown",
    ),
    Mutation(
        "suma dos veces la misma",
        each("scores", SCORED, lambda one, _: one["items"].append(one["items"][0])),
        "id_duplicated",
        BANDS | {"score_range_wrong"},
    ),
    Mutation(
        "pregunta que no suma, sumada",
        each("items", lambda one: one.get("scored") is None, sets(scored=False)),
        "score_item_unscored",
    ),
    Mutation(
        "rango equivocado", each("scores", SCORED, lambda one, _: one.update(range=[0, 999])), "score_range_wrong"
    ),
    Mutation("rango de un número", each("scores", SCORED, lambda one, _: one.update(range=[0])), "type_wrong"),
    Mutation(
        "corte imposible",
        each("scores", has("cutoff"), lambda one, _: one["cutoff"].update(positive_at=999)),
        "cutoff_out_of_range",
        UNASKED,
    ),
    Mutation(
        "corte sin fuente", each("scores", has("cutoff"), lambda one, _: one["cutoff"].pop("source")), "source_missing"
    ),
    Mutation("cálculo que no existe", each("scores", always, sets(method="promedio")), "value_unknown"),
    Mutation("hueco entre franjas", _band(lambda bands: _raise(bands, 1, "min", 1)), "band_gap"),
    Mutation("franjas que se cruzan", _band(lambda bands: _raise(bands, 1, "min", -1)), "band_overlap"),
    Mutation(
        "franja al revés",
        _band(lambda bands: bands[1].update(min=bands[1]["max"], max=bands[1]["min"])),
        "band_backwards",
        BANDS,
    ),
    Mutation("última franja corta", _band(lambda bands: _raise(bands, -1, "max", -1)), "band_gap"),
    Mutation("última franja larga", _band(lambda bands: _raise(bands, -1, "max", 1)), "band_out_of_range"),
    Mutation("franja sin código", _band(lambda bands: bands[0].pop("code")), "key_missing", FACTS),
    Mutation("franja con otro nombre a la vista", _band(lambda bands: bands[0].update(label="Poca"))),
    Mutation(
        "código repetido",
        _option(lambda listed: listed[1].update(code=listed[0]["code"])),
        "id_duplicated",
        FACTS | {"phrase_contradicts"},
    ),
    Mutation(
        "etiqueta repetida", _option(lambda listed: listed[1].update(label=listed[0]["label"])), "phrase_ambiguous"
    ),
    Mutation("código del programa", _option(lambda listed: listed[0].update(code="skip")), "option_code_reserved"),
    Mutation("código con mayúscula", _option(lambda listed: listed[0].update(code="Nunca")), "id_format"),
    Mutation(
        "puntos con palabras",
        _option(lambda listed: listed[0].update(value="uno")),
        "type_wrong",
        FACTS | BANDS | {"score_range_wrong", "risk_never", "cutoff_out_of_range"},
    ),
    Mutation(
        "frase con paréntesis abierto",
        _option(lambda listed: listed[0].update(phrases={"es": ["(nunca"]})),
        "phrase_shape",
    ),
    Mutation(
        "idioma de frases que no existe",
        _option(lambda listed: listed[0].update(phrases={"quechua": ["x"]})),
        "key_unknown",
    ),
    Mutation("frase nueva", _option(lambda listed: listed[0].update(phrases={"es": ["algo muy propio"]}))),
    Mutation("nota", each("items", always, sets(note="Revisada."))),
    Mutation("otro corte publicado", each("scores", SCORED, sets(other_cutoffs=[{"positive_at": 3, "what": "otro"}]))),
    Mutation("derechos", put("copyright", value="De todos.")),
]

# flows and first aid

ASKS = has("ask", "options")
GRAPH = frozenset({"step_unreachable", "flow_dead_end", "goto_loop", "fact_unknown", "run_recursive"})


def _add_step(**values: Any) -> Change:
    def made(data: Data, rng: Random) -> bool:
        data["steps"].insert(0, {"id": "nuevo", **values})
        return True

    return made


def _options(change: Callable[[list[Any]], None]) -> Change:
    return each("steps", lambda one: ASKS(one) and len(one["options"]) > 1, lambda one, _: change(one["options"]))


SAYS: dict[str, Any] = {"say": ["Gracias por escribir."]}
QUESTION: dict[str, Any] = {"ask": "¿Seguimos?", "explain": "Por ejemplo, un rato más.", "type": "choice"}
YES_NO = [{"code": "yes", "label": "Sí"}, {"code": "no", "label": "No"}]
FLOW = [
    *HEAD,
    *_explains("steps"),
    Mutation(
        "clase que no existe",
        put("kind", value="crisi"),
        "value_unknown",
        frozenset({"crisis_flow_kind", "first_aid_unknown", "risk_unhandled", "programme_always_on"}),
    ),
    Mutation("sin pasos", put("steps", value=[]), "steps_missing", frozenset({"fact_unknown", "fact_value_unknown"})),
    Mutation(
        "sin fuente ni propuesta",
        lambda data, _: bool([data.pop("source", 0), data.pop("proposal", 0)]),
        "source_missing",
    ),
    Mutation("sin explicación", each("steps", has("explain"), removes("explain")), "explain_missing"),
    Mutation(
        "clave de paso mal escrita", each("steps", has("say"), lambda one, _: one.update(sya=one["say"])), "key_unknown"
    ),
    Mutation(
        "dos pasos con el mismo nombre",
        lambda data, _: bool(data["steps"].insert(0, {**SAYS, "id": data["steps"][0]["id"]}) or True),
        "id_duplicated",
    ),
    Mutation("nombre con espacio", _add_step(**{**SAYS, "id": "paso uno"}), "id_format"),
    Mutation("paso vacío", _add_step(), "step_kind_missing"),
    Mutation("dos cosas en un paso", _add_step(goto="nuevo", end="completed"), "step_kind_several", GRAPH),
    Mutation("va a un paso que no existe", _add_step(when="age < 18", goto="ninguno"), "goto_unknown"),
    Mutation("corre un flujo que no existe", _add_step(run="ninguno"), "flow_unknown"),
    Mutation("cuestionario que no existe", _add_step(instrument="phq10"), "instrument_unknown"),
    Mutation("primera ayuda que no existe", _add_step(first_aid="respirar"), "first_aid_unknown"),
    Mutation("vuelta sin pregunta", _add_step(goto="nuevo"), "goto_loop", GRAPH),
    Mutation(
        "vuelta sin salida",
        lambda data, _: bool(
            data["steps"].insert(
                0, {"id": "otra", **QUESTION, "optional": False, "options": [{**one, "goto": "otra"} for one in YES_NO]}
            )
            or True
        ),
        "flow_dead_end",
        GRAPH,
    ),
    Mutation("final de otra clase", _add_step(when="age < 18", end="terminado"), "value_unknown"),
    Mutation("pregunta sin respuestas", _add_step(**QUESTION), "options_missing"),
    Mutation("tipo que no existe", _add_step(**{**QUESTION, "type": "chioce", "options": YES_NO}), "value_unknown"),
    Mutation("número sin límites", _add_step(**{**QUESTION, "type": "integer"}), "integer_limits"),
    Mutation("dato personal sin decir cuál", _add_step(**{**QUESTION, "type": "phone"}), "sensitive_missing"),
    Mutation(
        "dato personal de otro tipo", _add_step(**{**QUESTION, "type": "text", "sensitive": "phone"}), "sensitive_type"
    ),
    Mutation("permiso sin «no»", _add_step(**QUESTION, consent="callback", options=YES_NO[:1]), "consent_codes"),
    Mutation(
        "permiso que se salta",
        _add_step(**QUESTION, consent="callback", options=YES_NO, optional=True),
        "consent_optional",
    ),
    Mutation(
        "etiqueta larga",
        _add_step(**QUESTION, options=[*YES_NO, {"code": "ay", "label": "Otra cosa que le quiero contar"}]),
        "option_label_too_long",
    ),
    Mutation(
        "once respuestas",
        _add_step(**QUESTION, options=[{"code": f"c{n}", "label": f"La {n}"} for n in range(11)]),
        "options_too_many",
    ),
    Mutation(
        "respuesta repetida",
        _options(lambda listed: listed.append(dict(listed[0]))),
        "id_duplicated",
        frozenset({"phrase_ambiguous", "options_too_many"}),
    ),
    Mutation(
        "código del programa",
        _add_step(**QUESTION, options=[*YES_NO, {"code": "unsure", "label": "Quizás"}]),
        "option_code_reserved",
    ),
    Mutation(
        "botón que no cabe",
        _add_step(
            **{
                **QUESTION,
                "id": "un_paso_con_nombre_largo",
                "options": [{"code": "respuesta_larga1", "label": "Sí"}, YES_NO[1]],
            }
        ),
        "button_key_too_long",
    ),
    Mutation("condición a medias", _add_step(**SAYS, when="age <"), "condition_syntax"),
    Mutation("condición con función", _add_step(**SAYS, when="int(age) < 18"), "condition_not_allowed"),
    Mutation("dato que nadie da", _add_step(**SAYS, when="agge < 18"), "fact_unknown"),
    Mutation("valor que no se da", _add_step(**SAYS, when="consent.callback == 'si'"), "fact_value_unknown"),
    Mutation("globo de 330 letras", _add_step(say=[LONG]), "bubble_too_long"),
    Mutation("globo con frase prohibida", _add_step(say=["Todo va a estar bien."]), "forbidden_phrase"),
    Mutation("globo que no es texto", _add_step(say=[{"texto": "hola"}]), "type_wrong"),
    Mutation("motivo sin texto", _add_step(advise={"priority": "routine", "reasons": ["porque_si"]}), "reason_unknown"),
    Mutation(
        "tarea sin plazo",
        _add_step(advise={"task": "callback", "priority": "routine", "reasons": ["asked_for_call"]}),
        "key_missing",
        frozenset({"reason_unknown"}),
    ),
    Mutation("plazo mal escrito", _add_step(schedule={"kind": "volver", "after": "tres días"}), "due_format"),
    Mutation(
        "prioridad que no existe",
        _add_step(advise={"priority": "alta", "reasons": ["asked_for_call"]}),
        "value_unknown",
        frozenset({"reason_unknown"}),
    ),
    Mutation("saludo nuevo", _add_step(**SAYS)),
    Mutation("pregunta nueva", _add_step(**QUESTION, options=YES_NO, saves="nuevo.dato")),
    Mutation("saludo a menores", _add_step(**SAYS, when="age < 18")),
    Mutation("nota", each("steps", always, sets(note="Revisado."))),
    Mutation("fuente", put("source", value="Guía propia.")),
]

# triage

TRIAGE = [
    *HEAD,
    Mutation("nivel que no existe", each("rules", always, sets(level="alto")), "value_unknown"),
    Mutation("tarea que no existe", each("rules", lacks("opens"), sets(task="llamar")), "value_unknown"),
    Mutation("tarea sin plazo", each("rules", has("task", "due"), removes("due")), "key_missing"),
    Mutation("tarea sin prioridad", each("rules", has("task", "priority"), removes("priority")), "key_missing"),
    Mutation("plazo mal escrito", each("rules", has("due"), sets(due="1 hora")), "due_format"),
    Mutation("regla sin explicar", each("rules", has("explain"), removes("explain")), "key_missing"),
    Mutation(
        "regla sin fuente",
        each("rules", lambda one: one.get("proposal") and not one.get("source"), removes("proposal")),
        "source_missing",
    ),
    Mutation("motivo sin texto", each("rules", always, sets(reasons=["porque_si"])), "reason_unknown"),
    Mutation(
        "abre un flujo que no existe",
        each("rules", has("opens"), sets(opens="crisis_suicido")),
        "flow_unknown",
        frozenset({"risk_unhandled"}),
    ),
    Mutation(
        "abre un flujo que no es de crisis",
        each("rules", has("opens"), sets(opens="menu")),
        "crisis_flow_kind",
        frozenset({"risk_unhandled"}),
    ),
    Mutation(
        "crisis sin tarea",
        each("rules", has("opens", "task"), lambda one, _: [one.pop(key, 0) for key in ("task", "priority", "due")]),
        "crisis_without_task",
    ),
    Mutation("dato que nadie da", each("rules", lacks("opens"), sets(when="phq99.total >= 3")), "fact_unknown"),
    Mutation(
        "valor que no se da", each("rules", lacks("opens"), sets(when="risk.suicide == 'alto'")), "fact_value_unknown"
    ),
    Mutation("condición a medias", each("rules", lacks("opens"), sets(when="risk.suicide ==")), "condition_syntax"),
    Mutation(
        "número de regla repetido",
        lambda data, _: bool(data["rules"].append(dict(data["rules"][0])) or True),
        "id_duplicated",
    ),
    Mutation("número de regla mal escrito", each("rules", always, sets(id="TR-1")), "id_format"),
    Mutation("clave mal escrita", each("rules", lacks("referral"), sets(referal="csmc")), "key_unknown"),
    Mutation(
        "sin la regla de la pregunta 9",
        lambda data, _: bool(
            [data["rules"].remove(one) for one in list(data["rules"]) if one["when"] == "phq9.phq9_9 >= 1"]
        ),
        "risk_unhandled",
    ),
    Mutation("plazo más corto", each("rules", has("due"), sets(due="30 min"))),
    Mutation(
        "motivo con otras palabras",
        lambda data, _: bool(data["reasons"].update({next(iter(data["reasons"])): "Otras palabras"}) or True),
    ),
    Mutation("regla con nota", each("rules", always, sets(note="Revisada."))),
]

# services and forbidden phrases

SERVICES = [
    Mutation(
        "clase que no existe", each("", always, sets(kind="crisis")), "value_unknown", frozenset({"service_missing"})
    ),
    Mutation("idioma que no existe", each("", always, sets(languages=["quechua"])), "value_unknown"),
    Mutation("sin fecha de revisión", each("", always, removes("review_by")), "key_missing"),
    Mutation("fecha con palabras", each("", always, sets(review_by="enero")), "type_wrong"),
    Mutation("sin fuente", each("", has("source"), removes("source")), "source_missing"),
    Mutation("sin número ni pasos", each("", has("steps"), sets(number=None, steps=None)), "service_unreachable"),
    Mutation(
        "hora que no existe",
        each("", always, sets(hours=[{"days": ["mon"], "from": "25:00", "to": "26:00"}])),
        "type_wrong",
    ),
    Mutation(
        "día que no existe",
        each("", always, sets(hours=[{"days": ["lunes"], "from": "08:00", "to": "18:00"}])),
        "value_unknown",
    ),
    Mutation("repetido", lambda data, _: bool(data.append(dict(data[0])) or True), "id_duplicated"),
    Mutation("clave mal escrita", each("", lacks("numero"), sets(numero="113")), "key_unknown"),
    Mutation("estado que no existe", each("", always, sets(status="VISTO")), "value_unknown"),
    Mutation("otra fecha de revisión", each("", always, sets(review_by=date(2027, 6, 30)))),
    Mutation("también en quechua", each("", always, sets(languages=["es", "qu"]))),
]
