"""A rehearsal shows staff what a draft would have changed for those who answered before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from screening.calendar import AlwaysOpen
from screening.definitions import Library
from screening.overlay import library_with
from screening.reader import load_library
from screening.rehearsal import Finding, RecordedPath, Rehearsal, rehearse
from tests.screening.talk import NOW

RULES = Path(__file__).parent / "rules"
SHORT = "instruments/short.yml"
TEXT = (RULES / SHORT).read_text(encoding="utf-8")


def in_spanish(_context: str, text: str, _language: str) -> str:
    """No catalog."""
    return text


@pytest.fixture(scope="module")
def old() -> Library:
    """The rules in use."""
    return load_library(RULES)


Play = Callable[..., Rehearsal]


@pytest.fixture
def play(old: Library) -> Play:
    """A rehearsal of the short questionnaire with another text."""

    def rehearsed(text: str, *paths: RecordedPath, languages: tuple[str, ...] = ("es", "qu")) -> Rehearsal:
        new, problems = library_with(RULES, SHORT, text)
        assert [problem for problem in problems if problem.code == "yaml_syntax"] == []
        return rehearse(old, new, paths, in_spanish, AlwaysOpen(), NOW, languages)

    return rehearsed


def path(**answers: str) -> RecordedPath:
    """Somebody's answers."""
    return RecordedPath("short", "2026010101", answers)


def kinds(found: Rehearsal) -> list[str]:
    """What kinds of differences there are."""
    return [finding.kind for finding in found.findings]


SAD = path(s1="yes", s2="yes", s3="no", s4="no")
WELL = path(s1="no", s2="no", s3="no", s4="no")


def test_the_same_rules_show_no_difference(play: Play) -> None:
    """Nothing is made up; every path counts."""
    assert play(TEXT, SAD, WELL) == Rehearsal(2, 2, ())


def test_a_changed_cutoff_shows_who_would_be_helped_differently(play: Play) -> None:
    """The triage rule that no longer holds, and the score that is no longer positive; the other person is the same."""
    found = play(TEXT.replace("positive_at: 2", "positive_at: 3"), SAD, WELL)
    assert found.same == 1
    assert [str(finding) for finding in found.findings] == [
        "1 recorrido: Ya no se aplica la regla TR-007.",
        "1 recorrido: «short.common» pasa de positivo a negativo.",
    ]


def test_changed_points_show_the_score_before_and_after(play: Play) -> None:
    """In both languages it is the same difference, told once."""
    dearer = TEXT.replace("value: 1", "value: 2").replace("range: [0, 3]", "range: [0, 6]")
    found = play(dearer.replace("range: [0, 2]", "range: [0, 4]"), SAD, SAD, WELL)
    assert Finding("score", "«short.common» pasa de 2 a 4 puntos.", 2, ("es", "qu")) in found.findings


def test_a_risk_that_is_no_longer_seen_is_shown(play: Play) -> None:
    """Whoever said yes to the question of ending their life would no longer be noticed by it."""
    without = TEXT.replace('    risk: {code: suicide, when: "== 1"}\n', "").replace(
        '    text: "¿Ha pensado en acabar con su vida?"\n    options: yes_no',
        '    text: "¿Ha pensado en acabar con su vida?"\n    options: no_yes',
    )
    turned = without.replace("options:\n  yes_no:", "options:\n  no_yes:\n"
                             '    - {code: "yes", value: 0, label: "Sí"}\n    - {code: "no", value: 1, label: "No"}\n'
                             "  yes_no:", 1)  # fmt: skip
    found = play(turned, path(s1="no", s2="no", s3="yes", s4="no"))
    assert "Ya no se aplica la regla TR-001." in [finding.text for finding in found.findings]


def test_a_question_that_is_gone_is_shown(play: Play) -> None:
    """By its linkId, with how many had answered it."""
    start, end = TEXT.index("  - linkId: s2"), TEXT.index("  - linkId: s3")
    shorter = (TEXT[:start] + TEXT[end:]).replace("[s1, s2, s3]", "[s1, s3]").replace("range: [0, 3]", "range: [0, 2]")
    found = play(shorter, SAD, WELL)
    assert found.findings[0] == Finding("gone", "Ya no se pregunta «s2».", 2, ("es", "qu"))


def test_a_new_question_stops_the_path_there_and_says_so(play: Play) -> None:
    """Nobody had answered it: what they would have said is not guessed."""
    asked = '  - linkId: s9\n    text: "¿Come bien?"\n    options: yes_no\n    explain: "Sí o no."\n    scored: false\n'
    more = TEXT.replace("  - linkId: s4", asked + "  - linkId: s4")
    found = play(more, SAD)
    assert "La pregunta «s9» es nueva" in found.findings[0].text


def test_an_answer_that_no_longer_exists_is_shown(play: Play) -> None:
    """The code stays what results are kept under."""
    found = play(TEXT.replace('code: "no", value: 0', 'code: "never", value: 0'), WELL)
    assert "La pregunta «s1» ya no tiene la respuesta «no»." in [finding.text for finding in found.findings]


def test_a_label_too_long_for_whatsapp_is_shown_in_its_language(play: Play, old: Library) -> None:
    """Spanish fits, the Quechua does not."""

    def in_quechua(_context: str, text: str, language: str) -> str:
        return "Arí, chaynam kachkani kunan" if (text, language) == ("Sí", "qu") else text

    new, _ = library_with(RULES, SHORT, TEXT.replace('label: "Sí"', 'label: "Sí."'))
    longer, _ = library_with(RULES, SHORT, TEXT.replace('label: "No"', 'label: "Sí"'))
    assert rehearse(old, new, [WELL], in_quechua, AlwaysOpen(), NOW).findings == ()
    # The old rules were too long already for «Sí»; the draft says it a second time, at another answer.
    found = rehearse(new, longer, [WELL], in_quechua, AlwaysOpen(), NOW).findings
    assert {finding.languages for finding in found} == {("qu",)}
    assert {finding.kind for finding in found} == {"limit"}


def test_an_instrument_that_is_no_longer_offered_in_quechua_is_shown(play: Play) -> None:
    """Whoever speaks Quechua would be asked in Spanish."""
    found = play(TEXT.replace("qu: {state: draft}", 'qu: {state: none, note: "falta"}'), WELL)
    assert Finding("language", "«short» ya no se pregunta en quechua.", 1, ("qu",)) in found.findings


def test_skipped_and_unsure_answers_are_played_as_such(play: Play) -> None:
    """A path with gaps comes to the same end."""
    assert play(TEXT, path(s1="skipped", s2="unsure", s3="no", s4="no")).findings == ()


def test_a_path_that_stopped_half_way_is_no_difference(play: Play) -> None:
    """The question after it was not new."""
    assert play(TEXT, path(s1="yes")) == Rehearsal(1, 1, ())


def test_triage_of_the_draft_is_compared(old: Library) -> None:
    """A rule that would newly hold is named with its reason."""
    stricter = replace(
        old.triage,
        rules=tuple(replace(rule, id="TR-099") if rule.id == "TR-007" else rule for rule in old.triage.rules),
    )
    found = rehearse(old, replace(old, triage=stricter), [SAD], in_spanish, AlwaysOpen(), NOW)
    assert [finding.text for finding in found.findings] == [
        "Ahora se aplica la regla TR-099: Puntaje en el corte o más.",
        "Ya no se aplica la regla TR-007.",
    ]
