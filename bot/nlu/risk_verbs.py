"""The forms of a Spanish verb that the risk phrases ask for by person: matar+yo is mato, maté, mataría and so on.

Accents are left out: the comparison key of the risk phrases does not have them either.
"""

from __future__ import annotations

from functools import cache

# Stressed stem of the present, stem of the past (with e: irregular endings), stem of the future.
_IRREGULAR: dict[str, tuple[str, str, str]] = {
    "querer": ("quier", "quis!", "querr"), "poder": ("pued", "pud!", "podr"), "tener": ("teng/tien", "tuv!", "tendr"),
    "decir": ("dig/dic", "dij!", "dir"), "venir": ("veng/vien", "vin!", "vendr"),
    "poner": ("pong/pon", "pus!", "pondr"), "morir": ("muer", "mur", ""), "dormir": ("duerm", "durm", ""),
    "sentir": ("sient", "sint", ""), "pedir": ("pid", "pid", ""), "herir": ("hier", "hir", ""),
    "preferir": ("prefier", "prefir", ""), "pensar": ("piens", "", ""), "colgar": ("cuelg", "", ""),
    "despertar": ("despiert", "", ""), "acostar": ("acuest", "", ""), "soñar": ("sueñ", "", ""),
    "volar": ("vuel", "", ""), "cerrar": ("cierr", "", ""), "encerrar": ("encierr", "", ""),
    "perder": ("pierd", "", ""), "despedir": ("despid", "despid", ""), "seguir": ("sig/sigu", "sigu", ""),
    "desaparecer": ("desaparezc/desaparec", "", ""), "amanecer": ("amanezc/amanec", "", ""),
    "nacer": ("nazc/nac", "", ""), "merecer": ("merezc/merec", "", ""), "perecer": ("perezc/perec", "", ""),
    "fallecer": ("fallezc/fallec", "", ""), "caer": ("caig/ca", "", ""), "salir": ("salg/sal", "", "saldr"),
    "degollar": ("degüell", "", ""), "rogar": ("rueg", "", ""), "contar": ("cuent", "", ""),
    "intentar": ("", "", ""), "servir": ("sirv", "sirv", ""), "estar": ("est", "estuv!", ""),
    "andar": ("", "anduv!", ""),
}  # fmt: skip
_WHOLE: dict[str, dict[str, str]] = {
    "ir": {"yo": "voy fui iba iré iría vaya fuera fuese", "el": "va van fue fueron iba iban irá irán iría vaya vayan"},
    "ser": {"yo": "soy fui era seré sería sea fuera", "el": "es son fue fueron era eran será serán sería sea sean"},
    "estar": {
        "yo": "estoy estuve estaba estaré estaría esté estuviera estuviese ando",
        "el": "está están estuvo estuvieron estaba estaban estará estaría esté estén estuviera",
    },
    "haber": {
        "yo": "he había hubiera habré habría haya hubiese",
        "el": "ha han había habían hubiera habrá habría haya",
    },
    "hacer": {
        "yo": "hago hice hacía haré haría haga hiciera hiciese",
        "el": "hace hacen hizo hicieron hacía hacían hará harán haría harían haga hagan hiciera hicieran",
    },
    "dar": {"yo": "doy di daba daré daría dé diera", "el": "da dan dio dieron daba daban dará daría dé den"},
}
_PRONOUNS = ("me",)


@cache
def forms(infinitive: str, person: str) -> frozenset[str]:
    """The forms of a verb. person: yo, el (also ellos), inf, ger, par, me (matarme, matándome); else KeyError."""
    if person == "inf":
        return frozenset({infinitive})
    if person == "ger":
        return frozenset({_gerund(infinitive)})
    if person == "par":
        return frozenset({_participle(infinitive)})
    if person == "me":
        return frozenset(word + "me" for word in (infinitive, _gerund(infinitive)))
    return frozenset(_WHOLE[infinitive][person].split() if infinitive in _WHOLE else _FINITE[person](infinitive))


def _stems(infinitive: str) -> tuple[str, str, str, str]:
    """First person present, other stressed, past (! for -e, -o endings), future."""
    plain = infinitive[:-2]
    present, past, future = _IRREGULAR.get(infinitive, ("", "", ""))
    first, _, other = (present or plain).partition("/")
    return first, other or first, past, future or infinitive


def _first(infinitive: str) -> set[str]:
    """I: mato, maté, mataba, mataré, mataría, mate, matara, matase."""
    plain = infinitive[:-2]
    first, _other, past, future = _stems(infinitive)
    a_verb = infinitive.endswith("ar")
    wish = soft(first) + "e" if a_verb else f"{first}a"
    then = f"{past[:-1]}e" if past.endswith("!") else (soft(plain) + "e" if a_verb else f"{plain}i")
    while_ = f"{plain}aba" if a_verb else f"{plain}ia"
    return {f"{first}o", then, while_, f"{future}e", f"{future}ia", wish, *_if(infinitive, past)}


def _third(infinitive: str) -> set[str]:
    """He and they: mata, matan, mató, mataron, mataba, matará, mataría, mate, maten, matara."""
    plain = infinitive[:-2]
    first, other, past, future = _stems(infinitive)
    a_verb = infinitive.endswith("ar")
    now, wish = ("a", soft(first) + "e") if a_verb else ("e", f"{first}a")
    then = f"{past[:-1]}o" if past.endswith("!") else f"{past or plain}{'o' if a_verb else 'io'}"
    stem = past.rstrip("!") or plain
    they = f"{stem}aron" if a_verb and not past else f"{stem}ieron"
    while_ = f"{plain}aba" if a_verb else f"{plain}ia"
    singular = {f"{other}{now}", while_, f"{future}a", f"{future}ia", wish, *_if(infinitive, past)}
    return {*singular, *(f"{form}n" for form in singular), then, they}


def _if(infinitive: str, past: str) -> set[str]:
    """matara, matase; muriera, muriese."""
    plain = past.rstrip("!") or infinitive[:-2]
    link = "a" if infinitive.endswith("ar") and not past else "ie"
    return {f"{plain}{link}ra", f"{plain}{link}se"}


def _gerund(infinitive: str) -> str:
    past = _IRREGULAR.get(infinitive, ("", "", ""))[1]
    stem = past if past and not past.endswith("!") else infinitive[:-2]
    return f"{stem}ando" if infinitive.endswith("ar") else f"{stem}iendo"


def _participle(infinitive: str) -> str:
    whole = {"morir": "muerto", "hacer": "hecho", "abrir": "abierto", "decir": "dicho", "poner": "puesto"}
    return whole.get(infinitive) or infinitive[:-2] + ("ado" if infinitive.endswith("ar") else "ido")


def soft(stem: str) -> str:
    """The spelling before e: busc- busque, lleg- llegue, lanz- lance."""
    changes = (("c", "qu"), ("g", "gu"), ("z", "c"))
    return next((stem[:-1] + written for letter, written in changes if stem.endswith(letter)), stem)


_FINITE = {"yo": _first, "el": _third}
