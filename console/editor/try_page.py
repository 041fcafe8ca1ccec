"""The trial beside a draft: a telephone on which the draft is answered by buttons, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from starlette.responses import Response

from console.editor.drafts import Desk, common, desk_of
from console.editor.outcome import Outcome, outcome_of
from console.editor.pages import editor_page
from console.editor.phone import CHANNELS, TELEGRAM, Look, look
from console.editor.sentences_page import sentences_page
from console.editor.simulator import TYPED, WISHED, WISHES, Played, Profile, can_start, simulate, typed_answers
from console.editor.trials import Trial, engine_of, speaker_of, trial
from console.editor.words import words
from console.editor.words_desk import is_danger, is_words
from console.visit import Visit, not_found

LANGUAGES = ("es", "qu", "quy", "quz")
SEXES = ("female", "male", "other", "undisclosed")
OFFERED_WISHES = ("explain", "skip", "unsure", "go_back", "pause", "stop")
OLDEST = 120


@dataclass(frozen=True)
class Chosen:
    """What the trial's form says."""

    start: str
    channel: str
    profile: Profile
    answers: tuple[str, ...]
    at: datetime
    begun: bool


@dataclass(frozen=True)
class Screen:
    """The telephone and what stands beside it. looks: the bubbles; None in outcome before it began."""

    chosen: Chosen
    starts: tuple[tuple[str, str], ...]
    looks: tuple[Look, ...]
    played: Played | None
    outcome: Outcome | None
    trouble: str
    usable: bool

    @property
    def answers(self) -> str:
        """The list of answers for the form's hidden field."""
        return "\n".join(self.played.answers if self.played else self.chosen.answers)


def try_page(visit: Visit) -> Response:
    """The trial by itself, before its first word."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None or (is_words(desk.draft.path) and not is_danger(desk.draft.path)):
        return not_found(visit)
    return sentences_page(visit, desk) if is_danger(desk.draft.path) else _answer(visit, desk, fresh_trial(visit, desk))


def go_on(visit: Visit) -> Response:
    """One step: begin, an answer, a step back, or from the start. Nothing is kept anywhere."""
    with visit.site.database.read() as conn:
        desk = desk_of(conn, visit)
    if desk is None or is_words(desk.draft.path):
        return not_found(visit)
    return _answer(visit, desk, screen_of(visit, desk, _chosen(visit, desk)))


def _answer(visit: Visit, desk: Desk, screen: Screen) -> Response:
    template = "editor/_try.html" if visit.form.get("parte") == "1" else "editor/try.html"
    return editor_page(visit, template, screen=screen, **common(desk, visit, "prueba"))


def fresh_trial(visit: Visit, desk: Desk) -> Screen:
    """The trial before it began."""
    chosen = Chosen(desk.file.start, TELEGRAM, Profile(age=30), (), visit.now, begun=False)
    made = trial(visit.site, desk.draft.path, desk.draft.text)
    return Screen(chosen, _starts(made), (), None, None, "", made.usable)


def screen_of(visit: Visit, desk: Desk, chosen: Chosen) -> Screen:
    """The trial after these answers."""
    made = trial(visit.site, desk.draft.path, desk.draft.text)
    starts = _starts(made)
    if not made.usable or not chosen.begun:
        return Screen(chosen, starts, (), None, None, "", made.usable)
    engine = engine_of(visit.site, made, desk.draft.quechua)
    speaker = speaker_of(visit.site, chosen.profile.language, desk.draft.quechua)
    played = simulate(engine, speaker, chosen.start, chosen.profile, chosen.answers, chosen.at)
    looks = tuple(look(bubble, chosen.channel) for bubble in played.bubbles)
    trouble = words("trouble", played.trouble) if played.trouble else ""
    return Screen(chosen, starts, looks, played, outcome_of(made.library, played, chosen.at), trouble, True)


def _starts(made: Trial) -> tuple[tuple[str, str], ...]:
    return tuple(can_start(made.library))


def _chosen(visit: Visit, desk: Desk) -> Chosen:
    form = visit.form
    answers = typed_answers(form.get("respuestas", ""))
    step = form.get("hacer", "")
    if step == "atras":
        answers = answers[:-1]
    elif step == "empezar":
        answers = ()
    else:
        answers += _new_answer(form)
    return Chosen(
        start=form.get("comienzo") or desk.file.start,
        channel=_one_of(form.get("canal"), CHANNELS),
        profile=_profile(form),
        answers=answers,
        at=_moment(form.get("hora", ""), visit.now),
        begun=True,
    )


def _new_answer(form: Mapping[str, str]) -> tuple[str, ...]:
    if form.get("respuesta"):
        return typed_answers(form["respuesta"])
    if form.get("deseo") in WISHES:
        return (f"{WISHED}:{form['deseo']}",)
    written = " ".join(form.get("escrito", "").split())
    return typed_answers(f"{TYPED}:{written}") if written else ()


def _profile(form: Mapping[str, str]) -> Profile:
    age = form.get("edad", "")
    return Profile(
        language=_one_of(form.get("idioma"), LANGUAGES),
        age=int(age) if age.isdecimal() and len(age) < 4 and int(age) <= OLDEST else None,
        sex=form.get("sexo") if form.get("sexo") in SEXES else None,
        district=form.get("distrito", "").strip()[:6] or None,
    )


def _one_of(value: str | None, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else allowed[0]


def _moment(typed: str, now: datetime) -> datetime:
    """When the trial began, so that a replay says the same hours; now, if the field is not a time."""
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return now
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
