"""Trackers keep slots and the running form, never words, and do not grow."""

from __future__ import annotations

from pathlib import Path

from bot.lean import leave_out_tensorflow

leave_out_tensorflow()

from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered  # noqa: E402

from bot.tracker_store import ShortTrackerStore  # noqa: E402

DOMAIN = Domain.load(str(Path(__file__).resolve().parents[2] / "domain.yml"))


def store(tmp_path: Path) -> ShortTrackerStore:
    return ShortTrackerStore(DOMAIN, url=f"sqlite:///{tmp_path / 'trackers.db'}")


async def talked(kept: ShortTrackerStore, turns: int) -> None:
    tracker = await kept.get_or_create_tracker("somebody")
    for number in range(turns):
        tracker.update(UserUttered(f"secreto {number}"), DOMAIN)
    tracker.update(SlotSet("language", "qu"), DOMAIN)
    tracker.update(ActionExecuted("screening_form"), DOMAIN)
    tracker.update(ActiveLoop("screening_form"), DOMAIN)
    tracker.update(SlotSet("requested_slot", "answer"), DOMAIN)
    await kept.save(tracker)


async def test_language_and_running_form_survive_a_restart(tmp_path: Path) -> None:
    """Another process finds the conversation listening in its form."""
    await talked(store(tmp_path), 3)
    tracker = await store(tmp_path).retrieve("somebody")
    assert tracker is not None
    assert tracker.get_slot("language") == "qu"
    assert tracker.active_loop_name == "screening_form"
    assert tracker.get_slot("requested_slot") == "answer"
    assert tracker.latest_action_name == "action_listen"


async def test_nothing_that_was_said_is_kept(tmp_path: Path) -> None:
    """No word of the person reaches the disk."""
    await talked(store(tmp_path), 3)
    assert b"secreto" not in (tmp_path / "trackers.db").read_bytes()


async def test_size_does_not_grow_with_the_conversation(tmp_path: Path) -> None:
    """After a hundred turns a tracker comes back as short as after three."""
    short, long = store(tmp_path), ShortTrackerStore(DOMAIN)
    await talked(short, 3)
    await talked(long, 100)
    few, many = await short.retrieve("somebody"), await long.retrieve("somebody")
    assert few is not None
    assert many is not None
    assert len(few.events) == len(many.events)


async def test_conversation_with_nothing_to_keep_leaves_no_row(tmp_path: Path) -> None:
    """After an erasure the opaque id goes too."""
    kept = store(tmp_path)
    await talked(kept, 1)
    tracker = await kept.retrieve("somebody")
    assert tracker is not None
    tracker.update(SlotSet("language", None), DOMAIN)
    tracker.update(SlotSet("requested_slot", None), DOMAIN)
    tracker.update(ActiveLoop(None), DOMAIN)
    await kept.save(tracker)
    assert await kept.keys() == []
