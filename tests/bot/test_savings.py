"""What is done once instead of at every message answers as Rasa's own way does."""

from __future__ import annotations

import rasa.core.actions.forms as forms
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot import savings

SLOTS = [AnySlot(name, mappings=[{}]) for name in ("answer", "requested_slot", "other")]
DOMAIN = Domain.load("domain.yml")
ENTITIES = [{"entity": "age", "value": "34"}], [], [{"entity": "age", "value": "35"}]
EVENTS = st.lists(
    st.one_of(
        st.builds(UserUttered, st.sampled_from(["sí", "no"]), st.just({"name": "affirm"}), st.sampled_from(ENTITIES)),
        st.builds(SlotSet, st.sampled_from(["answer", "requested_slot", "other"]), st.integers(0, 3)),
        st.builds(ActionExecuted, st.sampled_from(["action_listen", "screening_form", "action_continue"])),
        st.builds(ActiveLoop, st.sampled_from(["screening_form", None])),
        st.builds(ActionExecutionRejected, st.just("screening_form")),
        st.builds(LoopInterrupted, st.booleans()),
        st.builds(FollowupAction, st.just("action_continue")),
        st.builds(BotUttered, st.just("¿Duerme mal?")),
        st.builds(SessionStarted),
        st.builds(Restarted),
    ),
    max_size=12,
)


def tracker_of(events: list[Event]) -> DialogueStateTracker:
    """Everything replayed."""
    return DialogueStateTracker.from_events("somebody", events, SLOTS)


def state(tracker: DialogueStateTracker) -> dict[str, object]:
    """All that a policy or an action can see of it."""
    seen = dict(tracker.__dict__, events=list(tracker.events))
    seen["slots"] = {name: (slot.value, slot.has_been_set) for name, slot in tracker.slots.items()}
    return seen


@given(EVENTS)
def test_a_copy_is_in_the_state_that_replaying_leads_to(events: list[Event]) -> None:
    """Slots, form, last message and last action are the same."""
    tracker = tracker_of(events)
    assert state(savings.copied(tracker)) == state(tracker.travel_back_in_time(float("inf")))


@given(EVENTS, EVENTS)
def test_what_happens_to_a_copy_happens_to_it_alone(events: list[Event], more: list[Event]) -> None:
    """A form that is turned down leaves no trace in the conversation."""
    tracker = tracker_of(events)
    before = state(tracker_of(events))
    made = savings.copied(tracker)
    for event in more:
        made.update(event)
    assert state(tracker) == before
    assert state(made) == state(tracker_of([*events, *more]))


@given(EVENTS, EVENTS)
def test_a_form_looks_ahead_as_before(events: list[Event], more: list[Event]) -> None:
    """The tracker with which a form finds its next question, after a new beginning too."""
    savings.copy_trackers_as_they_stand()
    replayed = forms.FormAction._temporary_tracker.__wrapped__
    form, tracker = forms.FormAction("screening_form", None), tracker_of(events)
    ahead = form._temporary_tracker(tracker, more, Slotted(DOMAIN))
    assert state(ahead) == state(replayed(form, tracker, more, Slotted(DOMAIN)))


def test_a_message_equals_itself_and_who_says_the_same() -> None:
    """And nothing else."""
    savings.know_a_message_by_itself()
    one, same = (UserUttered("sí", {"name": "affirm"}, [{"entity": "age", "value": "34"}]) for _ in range(2))
    assert one.__eq__(one) is True
    assert one == same
    assert one != UserUttered("no", {"name": "deny"})
    assert one != Restarted()


class Slotted:
    """A domain with the slots of these tests."""

    def __init__(self, domain: Domain) -> None:
        self.slots = SLOTS
        self.intents = domain.intents
