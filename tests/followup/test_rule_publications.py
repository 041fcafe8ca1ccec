"""Rules that staff write: drafts with revisions, a second person, publications with versions of their own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from followup import context
from followup import rule_drafts as drafts
from followup import rule_publications as published
from followup.database import Database
from followup.models import audit_event, conversation
from followup.rule_drafts import Draft, DraftConflict, DraftRefused, fingerprint
from screening.errors import WARNING, DefinitionError, DefinitionErrors
from screening.publishing import version_of
from tests.followup.people import Talk

RULES = Path(__file__).resolve().parents[2] / "screening_rules"
PATH = "instruments/srq20.yml"
TEXT = (RULES / PATH).read_text(encoding="utf-8")
REWORDED = TEXT.replace("¿Tiene frecuentes dolores de cabeza?", "¿Le duele a menudo la cabeza?")
# An explanation is our own text: it needs no second person.
EXPLAINED = TEXT.replace("Si le duele la cabeza seguido.", "Si le duele la cabeza muchas veces.")


def sound(_path: str, _text: str) -> list[DefinitionError]:
    """A check that finds nothing."""
    return []


def test_the_two_texts_differ() -> None:
    """The tests below change something."""
    assert REWORDED != TEXT != EXPLAINED


@pytest.fixture
def conn(database: Database, ana: str, benito: str, carmen: str) -> Iterator[Connection]:
    """A transaction that writes; the team is there before it begins."""
    with database.begin() as conn:
        yield conn


@pytest.fixture
def reworded(conn: Connection, ana: str, now: datetime) -> Draft:
    """Ana's draft with another wording of a question."""
    begun = drafts.open_draft(conn, PATH, TEXT, ana, now)
    return drafts.save_draft(conn, begun.id, begun.revision, REWORDED, {"¿Le duele…?": "¿Nanan…?"}, ana, now)


def put_out(conn: Connection, text: str, staff: str, now: datetime) -> published.Publication:
    """Publish that text, which needs nobody else."""
    past = published.history_of(conn, PATH)
    begun = drafts.open_draft(conn, PATH, past[0].text if past else TEXT, staff, now)
    saved = drafts.save_draft(conn, begun.id, begun.revision, text, {}, staff, now)
    return published.publish(conn, saved.id, saved.revision, "una nota", staff, now, sound)


def test_a_file_has_one_open_draft(conn: Connection, ana: str, benito: str, now: datetime) -> None:
    """The second who wants to write comes to the first one's draft."""
    first = drafts.open_draft(conn, PATH, TEXT, ana, now)
    assert drafts.open_draft(conn, PATH, "otro texto", benito, now).id == first.id
    assert [one.id for one in drafts.drafts(conn)] == [first.id]


def test_a_dropped_draft_makes_room_for_a_new_one(conn: Connection, ana: str, now: datetime) -> None:
    """What was dropped is kept, and no longer offered."""
    first = drafts.open_draft(conn, PATH, TEXT, ana, now)
    drafts.drop_draft(conn, first.id, ana, now)
    assert drafts.drafts(conn) == []
    assert drafts.open_draft(conn, PATH, TEXT, ana, now).id != first.id
    assert drafts.draft(conn, first.id).state == "dropped"


def test_saving_over_a_newer_revision_is_refused_with_the_newer_text(
    conn: Connection, reworded: Draft, benito: str, now: datetime
) -> None:
    """Nobody's work is lost without a word."""
    with pytest.raises(DraftConflict) as caught:
        drafts.save_draft(conn, reworded.id, reworded.revision - 1, TEXT, {}, benito, now)
    assert caught.value.draft.text == REWORDED
    assert drafts.draft(conn, reworded.id).text == REWORDED


def test_saving_the_same_again_changes_nothing(conn: Connection, reworded: Draft, ana: str, now: datetime) -> None:
    """A second press of the button is not a new revision."""
    again = drafts.save_draft(conn, reworded.id, reworded.revision, REWORDED, reworded.quechua, ana, now)
    assert again == reworded


def test_a_changed_question_needs_somebody_who_did_not_write_it(
    conn: Connection, reworded: Draft, ana: str, benito: str, now: datetime
) -> None:
    """The author cannot be the second person; a colleague can, and then it may be published."""
    with pytest.raises(DraftRefused, match="not_approved"):
        published.publish(conn, reworded.id, reworded.revision, "nota", ana, now, sound)
    waiting = drafts.send_to_review(conn, reworded.id, reworded.revision, "más claro", ana, now)
    with pytest.raises(PermissionError):
        drafts.decide(conn, waiting.id, waiting.revision, True, "", ana, now)
    approved = drafts.decide(conn, waiting.id, waiting.revision, True, "de acuerdo", benito, now)
    made = published.publish(conn, approved.id, approved.revision, "más claro", ana, now, sound)
    assert (made.author_id, made.reviewer_id, made.state) == (ana, benito, "published")
    assert drafts.draft(conn, reworded.id).state == "published"


def test_who_changed_a_line_is_an_author_too(
    conn: Connection, reworded: Draft, ana: str, benito: str, carmen: str, now: datetime
) -> None:
    """A colleague who touched the text can no longer approve it."""
    both = drafts.save_draft(conn, reworded.id, reworded.revision, REWORDED + "# fin\n", {}, benito, now)
    waiting = drafts.send_to_review(conn, both.id, both.revision, "nota", ana, now)
    with pytest.raises(PermissionError):
        drafts.decide(conn, waiting.id, waiting.revision, True, "", benito, now)
    assert drafts.decide(conn, waiting.id, waiting.revision, True, "", carmen, now).state == "approved"


def test_what_is_changed_after_approval_has_to_be_looked_at_again(
    conn: Connection, reworded: Draft, ana: str, benito: str, now: datetime
) -> None:
    """An approval belongs to a text."""
    waiting = drafts.send_to_review(conn, reworded.id, reworded.revision, "nota", ana, now)
    approved = drafts.decide(conn, waiting.id, waiting.revision, True, "", benito, now)
    saved = drafts.save_draft(conn, approved.id, approved.revision, REWORDED + "\n", {}, ana, now)
    assert (saved.state, saved.reviewer_id) == ("draft", None)
    with pytest.raises(DraftRefused, match="not_approved"):
        published.publish(conn, saved.id, saved.revision, "nota", ana, now, sound)


def test_a_draft_can_be_sent_back_with_a_comment(
    conn: Connection, reworded: Draft, ana: str, benito: str, now: datetime
) -> None:
    """It is a draft again, and says what is asked."""
    waiting = drafts.send_to_review(conn, reworded.id, reworded.revision, "nota", ana, now)
    back = drafts.decide(conn, waiting.id, waiting.revision, False, "falta el quechua", benito, now)
    assert (back.state, back.comment, back.reviewer_id) == ("draft", "falta el quechua", None)


def test_undoing_a_way_back_needs_a_second_person(conn: Connection, ana: str, benito: str, now: datetime) -> None:
    """A draft that began from what was taken back would bring it in use again with a harmless change."""
    begun = drafts.open_draft(conn, PATH, TEXT, ana, now)
    saved = drafts.save_draft(conn, begun.id, begun.revision, REWORDED, {}, ana, now)
    waiting = drafts.send_to_review(conn, saved.id, saved.revision, "nota", ana, now)
    approved = drafts.decide(conn, waiting.id, waiting.revision, True, "", benito, now)
    first = published.publish(conn, approved.id, approved.revision, "nota", ana, now, sound)
    second = drafts.open_draft(conn, PATH, first.text, ana, now)
    published.roll_back(conn, PATH, published.THE_FILE, "no se entendía", ana, now, sound)
    harmless = first.text.replace("Si le duele la cabeza seguido.", "Si le duele mucho.")
    late = drafts.save_draft(conn, second.id, second.revision, harmless, {}, ana, now)
    with pytest.raises(DraftRefused, match="not_approved"):
        published.publish(conn, late.id, late.revision, "nota", ana, now, sound)


def test_an_explanation_needs_nobody_else(conn: Connection, ana: str, now: datetime) -> None:
    """Only what publishing.yml names waits for a second person."""
    made = put_out(conn, EXPLAINED, ana, now)
    assert made.reviewer_id is None


def test_the_version_is_given_by_the_publication(conn: Connection, ana: str, now: datetime) -> None:
    """Above what it began from, named by the day, and written into the text; comments stay."""
    first = put_out(conn, EXPLAINED, ana, now)
    second = put_out(conn, TEXT, ana, now)
    assert version_of(TEXT) < first.version < second.version
    assert [version_of(one.text) for one in (first, second)] == [first.version, second.version]
    assert "# No se mezcla con la forma del MINSA" in first.text
    assert published.revision(conn) == second.number > first.number


def test_a_text_with_errors_is_not_published(conn: Connection, ana: str, now: datetime) -> None:
    """Errors keep it back, warnings do not."""
    begun = drafts.open_draft(conn, PATH, TEXT, ana, now)
    saved = drafts.save_draft(conn, begun.id, begun.revision, EXPLAINED, {}, ana, now)
    error = DefinitionError("key_missing", PATH, 3, "Falta algo.")
    with pytest.raises(DefinitionErrors):
        published.publish(conn, saved.id, saved.revision, "nota", ana, now, lambda *_: [error])
    assert published.revision(conn) == 0
    warning = DefinitionError("hard_to_read", PATH, 3, "Cuesta leer.", severity=WARNING)
    published.publish(conn, saved.id, saved.revision, "nota", ana, now, lambda *_: [warning])


def test_the_check_sees_the_text_as_it_will_be_used(conn: Connection, ana: str, now: datetime) -> None:
    """With its new version, not as the draft has it."""
    seen: list[tuple[str, str]] = []

    def check(path: str, text: str) -> list[DefinitionError]:
        seen.append((path, version_of(text)))
        return []

    begun = drafts.open_draft(conn, PATH, TEXT, ana, now)
    saved = drafts.save_draft(conn, begun.id, begun.revision, EXPLAINED, {}, ana, now)
    made = published.publish(conn, saved.id, saved.revision, "nota", ana, now, check)
    assert seen == [(PATH, made.version)]


def test_nothing_is_published_without_a_note(conn: Connection, reworded: Draft, ana: str, now: datetime) -> None:
    """Neither sent to review: who reads the history wants to know why."""
    with pytest.raises(DraftRefused, match="note_missing"):
        published.publish(conn, reworded.id, reworded.revision, "  ", ana, now, sound)
    with pytest.raises(DraftRefused, match="note_missing"):
        drafts.send_to_review(conn, reworded.id, reworded.revision, "", ana, now)


def test_an_unchanged_draft_is_not_published(conn: Connection, ana: str, now: datetime) -> None:
    """It would only make a version that says nothing new."""
    begun = drafts.open_draft(conn, PATH, TEXT, ana, now)
    with pytest.raises(DraftRefused, match="nothing_changed"):
        published.publish(conn, begun.id, begun.revision, "nota", ana, now, sound)


def test_going_back_brings_the_old_text_as_a_new_version(conn: Connection, ana: str, now: datetime) -> None:
    """Versions only grow; the history keeps both."""
    first = put_out(conn, EXPLAINED, ana, now)
    second = put_out(conn, EXPLAINED.replace("la cabeza muchas veces.", "la cabeza casi siempre."), ana, now)
    back = published.roll_back(conn, PATH, first.number, "no se entendía", ana, now, sound)
    assert back.version > second.version
    assert back.text.replace(back.version, first.version) == first.text
    states = [(one.number, one.state) for one in published.history_of(conn, PATH)]
    assert states == [(back.number, "published"), (second.number, "closed"), (first.number, "closed")]


def test_going_back_to_what_the_file_said_is_possible_after_the_first_publication(
    conn: Connection, ana: str, now: datetime
) -> None:
    """The first publication is undone as fast as any other."""
    first = put_out(conn, EXPLAINED, ana, now)
    back = published.roll_back(conn, PATH, published.THE_FILE, "como antes", ana, now, sound)
    assert back.text.replace(back.version, version_of(TEXT)) == TEXT
    assert back.number > first.number


def test_going_back_to_what_is_in_use_is_refused(conn: Connection, ana: str, now: datetime) -> None:
    """There is nothing to undo; an unknown number is refused too."""
    first = put_out(conn, EXPLAINED, ana, now)
    with pytest.raises(DraftRefused, match="nothing_changed"):
        published.roll_back(conn, PATH, first.number, "nota", ana, now, sound)
    with pytest.raises(DraftRefused, match="number_unknown"):
        published.roll_back(conn, PATH, first.number + 50, "nota", ana, now, sound)


def put_reworded(conn: Connection, ana: str, benito: str, now: datetime, text: str = REWORDED) -> published.Publication:
    """Ana's other wording, which Benito approved, in use."""
    past = published.history_of(conn, PATH)
    begun = drafts.open_draft(conn, PATH, past[0].text if past else TEXT, ana, now)
    saved = drafts.save_draft(conn, begun.id, begun.revision, text, {}, ana, now)
    waiting = drafts.send_to_review(conn, saved.id, saved.revision, "nota", ana, now)
    approved = drafts.decide(conn, waiting.id, waiting.revision, True, "", benito, now)
    return published.publish(conn, approved.id, approved.revision, "nota", ana, now, sound)


def test_one_person_alone_goes_back_one_step_only(conn: Connection, ana: str, benito: str, now: datetime) -> None:
    """What two people took out of use long ago does not come back by one press of a button, nor by two."""
    put_out(conn, EXPLAINED, ana, now)
    second = put_reworded(conn, ana, benito, now)
    third = put_reworded(conn, ana, benito, now, REWORDED.replace("¿Tiene mal apetito?", "¿Come poco?"))
    with pytest.raises(DraftRefused, match="second_person"):
        published.roll_back(conn, PATH, published.THE_FILE, "nota", ana, now, sound)
    back = published.roll_back(conn, PATH, second.number, "no se entendía", ana, now, sound)
    with pytest.raises(DraftRefused, match="second_person"):
        published.roll_back(conn, PATH, published.THE_FILE, "nota", ana, now, sound)
    again = published.roll_back(conn, PATH, third.number, "sí se entendía", ana, now, sound)
    assert again.number > back.number


def test_one_person_alone_goes_back_to_anything_that_needs_nobody_else(
    conn: Connection, ana: str, now: datetime
) -> None:
    """As a draft with that text would."""
    put_out(conn, EXPLAINED, ana, now)
    put_out(conn, EXPLAINED.replace("la cabeza muchas veces.", "la cabeza casi siempre."), ana, now)
    back = published.roll_back(conn, PATH, published.THE_FILE, "como antes", ana, now, sound)
    assert back.text == TEXT.replace(version_of(TEXT), back.version)


def test_going_further_back_to_other_quechua_needs_a_second_person(
    conn: Connection, ana: str, benito: str, now: datetime
) -> None:
    """The same Spanish with other words for «sí» is another questionnaire for whoever hears those."""
    words = [{"Sí": "Mana"}, {"Sí": "Arí"}, {}]
    made = [put_in_quechua(conn, ana, benito, now, one, f"muchas veces {number}.") for number, one in enumerate(words)]
    assert [dict(one.quechua) for one in made] == [{"Sí": "Mana"}, {"Sí": "Arí"}, {"Sí": "Arí"}]
    with pytest.raises(DraftRefused, match="second_person"):
        published.roll_back(conn, PATH, made[0].number, "nota", ana, now, sound)
    back = published.roll_back(conn, PATH, made[1].number, "nota", ana, now, sound)
    assert dict(back.quechua) == {"Sí": "Arí"}


def put_in_quechua(
    conn: Connection, ana: str, benito: str, now: datetime, words: dict[str, str], explained: str
) -> published.Publication:
    """An explanation in these words, with its Quechua, approved."""
    past = published.history_of(conn, PATH)
    begun = drafts.open_draft(conn, PATH, past[0].text if past else TEXT, ana, now)
    text = TEXT.replace("seguido.", explained)
    saved = drafts.save_draft(conn, begun.id, begun.revision, text, words, ana, now)
    waiting = drafts.send_to_review(conn, saved.id, saved.revision, "nota", ana, now)
    approved = drafts.decide(conn, waiting.id, waiting.revision, True, "", benito, now)
    return published.publish(conn, approved.id, approved.revision, "nota", ana, now, sound)


def test_a_version_that_could_not_be_replaced_is_not_published(conn: Connection, ana: str, now: datetime) -> None:
    """It would stay above all that is published after it, whatever the check says."""
    hidden = EXPLAINED.replace("version:", "version :", 1)
    begun = drafts.open_draft(conn, PATH, TEXT, ana, now)
    saved = drafts.save_draft(conn, begun.id, begun.revision, hidden, {}, ana, now)
    with pytest.raises(DefinitionErrors, match="version_line"):
        published.publish(conn, saved.id, saved.revision, "nota", ana, now, sound)


def test_two_who_go_back_at_once_wait_for_each_other(database: Database, ana: str, now: datetime) -> None:
    """The second one is told that there is nothing left to undo; publications of all files come one after the other."""
    with database.begin() as conn:
        first = put_out(conn, EXPLAINED, ana, now)
    both, told = threading.Barrier(2), []

    def back() -> None:
        def slow(_path: str, _text: str) -> list[DefinitionError]:
            # Whoever waits for the other one comes here after it, not at the same time.
            with suppress(threading.BrokenBarrierError):
                both.wait(0.5)
            return []

        try:
            with database.begin() as conn:
                told.append(published.roll_back(conn, PATH, published.THE_FILE, "nota", ana, now, slow).number)
        except DraftRefused as refused:
            told.append(refused.reason)

    threads = [threading.Thread(target=back) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == [str(first.number + 1), "nothing_changed"]


def _stand_in(conn: Connection, rosa: Talk, version: str, status: str = "in-progress", closed: bool = False) -> None:
    frame = {"definition": "instrument:srq20", "version": version}
    frames = {"frames": [], "closed": [frame]} if closed else {"frames": [frame], "closed": []}
    session = json.dumps({"id": "a1b2", "status": status, **frames}, separators=(",", ":"))
    conn.execute(update(conversation).values(session=session, status=status))


def test_a_version_stays_closing_while_somebody_is_in_the_middle_of_it(
    database: Database, rosa: Talk, ana: str, now: datetime
) -> None:
    """The clock closes it once the last open screening has ended."""
    rosa.starts()
    with database.begin() as conn:
        first = put_out(conn, EXPLAINED, ana, now)
        _stand_in(conn, rosa, first.version)
        assert published.open_responses(conn, "srq20", first.version) == 1
        put_out(conn, TEXT, ana, now)
        assert published.close_finished(conn, now) == []
        assert published.history_of(conn, PATH)[1].state == "closing"
        _stand_in(conn, rosa, first.version, status="completed", closed=True)
        assert published.close_finished(conn, now + timedelta(minutes=1)) == [first.number]
        assert published.history_of(conn, PATH)[1].state == "closed"


def test_only_screenings_under_way_are_counted(database: Database, rosa: Talk) -> None:
    """A paused one is under way; a finished one, another version or another instrument is not."""
    rosa.starts()
    with database.begin() as conn:
        _stand_in(conn, rosa, "2026112301", status="paused")
        assert published.open_responses(conn, "srq20", "2026112301") == 1
        assert published.open_responses(conn, "srq20", "2026112302") == 0
        assert published.open_responses(conn, "phq9", "2026112301") == 0
        _stand_in(conn, rosa, "2026112301", closed=True)
        assert published.open_responses(conn, "srq20", "2026112301") == 0


@pytest.fixture
def newer_file(conn: Connection, database: Database, tmp_path: Path, ana: str, now: datetime) -> str:
    """Somebody brought another version of the file from git after Ana's first publication."""
    put_out(conn, EXPLAINED, ana, now)
    text = TEXT.replace(version_of(TEXT), "2099010101")
    (tmp_path / "instruments").mkdir()
    (tmp_path / PATH).write_text(text, encoding="utf-8")
    conn.execution_options(**{context.OPTION: replace(context.of(conn), rules_folder=tmp_path)})
    return text


def test_a_draft_from_before_a_change_in_git_is_not_published(
    conn: Connection, newer_file: str, ana: str, benito: str, now: datetime
) -> None:
    """It would take back what was changed there without anybody seeing it; a new draft can be published."""
    begun = drafts.open_draft(conn, PATH, published.history_of(conn, PATH)[0].text, ana, now)
    saved = drafts.save_draft(conn, begun.id, begun.revision, TEXT, {}, ana, now)
    waiting = drafts.send_to_review(conn, saved.id, saved.revision, "nota", ana, now)
    approved = drafts.decide(conn, waiting.id, waiting.revision, True, "", benito, now)
    with pytest.raises(DraftRefused, match="file_changed"):
        published.publish(conn, approved.id, approved.revision, "nota", ana, now, sound)
    drafts.drop_draft(conn, begun.id, ana, now)
    again = drafts.open_draft(conn, PATH, newer_file, ana, now)
    saved = drafts.save_draft(conn, again.id, again.revision, newer_file.replace("seguido.", "mucho."), {}, ana, now)
    waiting = drafts.send_to_review(conn, saved.id, saved.revision, "nota", ana, now)
    approved = drafts.decide(conn, waiting.id, waiting.revision, True, "", benito, now)
    assert published.publish(conn, approved.id, approved.revision, "nota", ana, now, sound).version > "2099010101"


def test_going_back_over_a_newer_file_gets_a_version_above_it(
    conn: Connection, newer_file: str, ana: str, now: datetime
) -> None:
    """Else the file would still be the one in use."""
    first = published.history_of(conn, PATH)[0]
    back = published.roll_back(conn, PATH, first.number, "como antes", ana, now, sound)
    assert back.version > version_of(newer_file)
    assert back.based_on == fingerprint(newer_file)


def test_a_publication_that_the_file_outran_is_marked(conn: Connection, ana: str, now: datetime) -> None:
    """Staff see that the file in git is in use."""
    made = put_out(conn, EXPLAINED, ana, now)
    published.mark_superseded(conn, [made.number], now)
    assert published.history_of(conn, PATH)[0].state == "superseded"


def test_every_step_is_in_the_audit_without_any_text(conn: Connection, ana: str, benito: str, now: datetime) -> None:
    """Who, what, which file; never the words."""
    begun = drafts.open_draft(conn, PATH, TEXT, ana, now)
    saved = drafts.save_draft(conn, begun.id, begun.revision, REWORDED, {}, ana, now)
    waiting = drafts.send_to_review(conn, saved.id, saved.revision, "secreto", ana, now)
    approved = drafts.decide(conn, waiting.id, waiting.revision, True, "secreto", benito, now)
    made = published.publish(conn, approved.id, approved.revision, "secreto", ana, now, sound)
    published.roll_back(conn, PATH, published.THE_FILE, "secreto", ana, now, sound)
    ours = audit_event.c.object_kind == drafts.OBJECT
    wanted = select(audit_event.c.subtype, audit_event.c.detail).where(ours).order_by(audit_event.c.id)
    rows = conn.execute(wanted).all()
    assert [row.subtype for row in rows] == [
        "rules.drafted",
        "rules.saved",
        "rules.sent_to_review",
        "rules.approved",
        "rules.published",
        "rules.rolled_back",
    ]
    assert rows[4].detail == {"path": PATH, "version": made.version, "number": made.number}
    assert "secreto" not in str(rows)
