"""Messages that were not understood: kept with consent only, bare, once, encrypted, labelled, forgotten."""

from __future__ import annotations

from datetime import timedelta

from followup import retention, unknown_messages
from followup.understanding import understanding
from screening import events as said
from tests.followup.people import Talk

SINCE = understanding().consent_since
WORDS = "trozo verde de nube"


def agrees(talk: Talk, version: str = SINCE) -> str:
    """Yes to the screening, in the wording of that version."""
    return talk.says(said.ConsentGiven(at=talk.now, kind="screening", version=version))


def puzzles(talk: Talk, text: str = WORDS, language: str = "es", *guesses: tuple[str, float]) -> str:
    """A message that nobody makes sense of."""
    return talk.says(said.MessageNotUnderstood(at=talk.now, text=text, language=language, guesses=guesses))


def waiting(talk: Talk, language: str | None = None) -> list[unknown_messages.UnknownMessage]:
    """What staff find to label."""
    with talk.database.read() as conn:
        return unknown_messages.waiting(conn, language)


def test_message_is_kept_with_its_guesses(rosa: Talk) -> None:
    """As staff will see it."""
    agrees(rosa)
    puzzles(rosa, WORDS, "qu", ("go_back", 0.2345), ("stop", 0.1))
    (kept,) = waiting(rosa)
    assert (kept.text, kept.language, kept.seen, kept.status) == (WORDS, "qu", 1, "new")
    assert kept.guesses == (("go_back", 0.23), ("stop", 0.1))


def test_nothing_is_kept_without_consent(rosa: Talk, rows) -> None:
    """Neither before it, nor after a no, nor under a consent whose text did not speak of it."""
    puzzles(rosa)
    agrees(rosa, "2026112201")
    puzzles(rosa)
    agrees(rosa)
    rosa.says(said.ConsentRefused(at=rosa.now, kind="screening", version=SINCE))
    puzzles(rosa)
    assert rows("unknown_message") == []


def test_who_and_where_is_taken_out_before_it_is_kept(rosa: Talk) -> None:
    """Also the name that the person gave us elsewhere, which nothing in the message tells."""
    agrees(rosa)
    rosa.says(said.IdentityGiven(at=rosa.now, kind="name", value="Yosimar Huatuco"))
    puzzles(rosa, "lo de yosimar en huanta, al 987654321")
    assert [kept.text for kept in waiting(rosa)] == ["lo de [nombre] en [lugar], al [número]"]


def test_text_and_owner_are_unreadable_in_the_table(rosa: Talk, rows) -> None:
    """Only the key leads to the words, and only the key leads to the person."""
    patient_id = agrees(rosa)
    puzzles(rosa)
    (row,) = rows("unknown_message")
    assert WORDS.encode() not in bytes(row["text"])
    assert patient_id.encode() not in bytes(row["owner"])
    assert patient_id not in {str(value) for value in row.values()}


def test_same_words_are_kept_once_and_counted(rosa: Talk, talk) -> None:
    """Whoever says them, in capitals, with accents or signs; the first stays their owner."""
    julio = talk("conversation-julio")
    agrees(rosa)
    agrees(julio)
    puzzles(rosa)
    puzzles(rosa, "TROZO verde, de nubé!")
    puzzles(julio)
    (kept,) = waiting(rosa)
    assert (kept.text, kept.seen) == (WORDS, 3)


def test_message_without_any_letter_is_not_kept(rosa: Talk, rows) -> None:
    """There is nothing to label in it."""
    agrees(rosa)
    puzzles(rosa, "¿…? 12")
    assert rows("unknown_message") == []


def test_long_message_is_cut(rosa: Talk) -> None:
    """What a person tells at length is theirs."""
    agrees(rosa)
    puzzles(rosa, "zas " * 500)
    assert len(waiting(rosa)[0].text) <= understanding().longest


def test_erasing_a_person_takes_theirs_and_no_other(rosa: Talk, talk) -> None:
    """By the key alone it is known whose they were."""
    julio = talk("conversation-julio")
    patient_id = agrees(rosa)
    agrees(julio)
    puzzles(rosa)
    puzzles(julio, "plim plam")
    with rosa.database.begin() as conn:
        retention.erase(conn, patient_id, rosa.now)
    assert [kept.text for kept in waiting(rosa)] == ["plim plam"]


def test_taking_consent_back_takes_the_messages_with_it(rosa: Talk, rows) -> None:
    """They were kept under that consent."""
    agrees(rosa)
    puzzles(rosa)
    rosa.says(said.ConsentRefused(at=rosa.now, kind="screening", version=SINCE))
    assert rows("unknown_message") == []


def test_old_messages_are_forgotten_in_time(rosa: Talk, ana: str) -> None:
    """Labelled or not; the days stand in the rules."""
    agrees(rosa)
    puzzles(rosa)
    rosa.now += timedelta(days=1)
    puzzles(rosa, "plim plam")
    (first, _) = sorted(waiting(rosa), key=lambda kept: kept.id)
    with rosa.database.begin() as conn:
        unknown_messages.label(conn, {first.id: "stop"}, rosa.now, ana)
        retention.forget_old(conn, first.at + understanding().days + timedelta(hours=1))
        assert unknown_messages.labelled(conn, "es") == []
        assert [kept.text for kept in unknown_messages.waiting(conn)] == ["plim plam"]


def test_label_is_kept_once_and_audited(rosa: Talk, ana: str, benito: str, rows) -> None:
    """The second to label the same message changes nothing; who was first is on record, the words are not."""
    agrees(rosa)
    puzzles(rosa)
    message = waiting(rosa)[0].id
    with rosa.database.begin() as conn:
        assert unknown_messages.label(conn, {message: "stop"}, rosa.now, ana) == 1
        assert unknown_messages.label(conn, {message: "pause", 999: "stop"}, rosa.now, benito) == 0
        assert [(kept.text, kept.intent) for kept in unknown_messages.labelled(conn, "es")] == [(WORDS, "stop")]
        assert unknown_messages.count(conn, "new") == 0
    done = rows("audit_event", subtype="message.labelled")
    assert [(row["actor_id"], row["object_id"], row["detail"]) for row in done] == [
        (ana, str(message), {"intent": "stop"})
    ]


def test_discarded_message_loses_its_words_and_does_not_come_back(rosa: Talk, ana: str, rows) -> None:
    """Staff discard what says too much: nothing of it may stay, and nobody has to discard it twice."""
    agrees(rosa)
    puzzles(rosa, WORDS, "es", ("go_back", 0.2))
    with rosa.database.begin() as conn:
        unknown_messages.label(conn, {waiting(rosa)[0].id: None}, rosa.now, ana)
    puzzles(rosa)
    assert waiting(rosa) == []
    (row,) = rows("unknown_message")
    assert (row["text"], row["guesses"], row["status"]) == (None, [], "discarded")


def test_what_comes_most_often_is_first_and_varieties_go_with_their_language(rosa: Talk) -> None:
    """Quechua of Ayacucho and of Cusco are labelled together."""
    agrees(rosa)
    puzzles(rosa, "plim", "quy")
    puzzles(rosa, "plam", "quz")
    puzzles(rosa, "plam", "quz")
    puzzles(rosa, "zas", "es")
    assert [kept.text for kept in waiting(rosa, "qu")] == ["plam", "plim"]
