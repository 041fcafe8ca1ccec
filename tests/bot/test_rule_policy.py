"""The rules that a conversation fits: by an index the same are found as when all are looked at."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rasa.core.policies.rule_policy import SHOULD_NOT_BE_SET, RulePolicy

from bot.rule_policy import FormFirstRulePolicy

actions = st.sampled_from(["action_listen", "screening_form", "action_help"])
intents = st.sampled_from(["greet", "deny", "stop"])
loops = st.sampled_from([{}, {"active_loop": {"name": "screening_form"}}])


@st.composite
def states(draw: st.DrawFn, of_a_rule: bool) -> dict[str, Any]:
    """One state: of a conversation, or of a rule, which may leave things open or forbid them."""
    state: dict[str, Any] = dict(draw(loops))
    wanted = st.one_of(intents, st.just(SHOULD_NOT_BE_SET)) if of_a_rule else intents
    if draw(st.booleans()):
        state["user"] = {"intent": draw(wanted)} if draw(st.booleans()) else {"text": "hola"}
    if draw(st.integers(0, 4)):
        state["prev_action"] = {"action_name": draw(actions)}
    return state


rules = st.lists(st.lists(states(True), min_size=1, max_size=3).map(json.dumps), max_size=12).map(
    lambda keys: dict.fromkeys(keys, "action_help")
)


@given(rules, st.lists(states(False), max_size=4))
def test_the_index_leaves_out_only_rules_that_cannot_fit(lookup: dict[str, str], talk: list[dict[str, Any]]) -> None:
    """Whatever the rules and the conversation."""
    ours = object.__new__(FormFirstRulePolicy)
    assert ours._get_possible_keys(lookup, talk) == RulePolicy._get_possible_keys(ours, lookup, talk)


def test_rules_that_are_added_are_found() -> None:
    """Training looks for contradictions while it still gathers rules."""
    ours = object.__new__(FormFirstRulePolicy)
    state = {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}}
    lookup: dict[str, str] = {}
    assert ours._get_possible_keys(lookup, [state]) == set()
    lookup[json.dumps([state])] = "action_help"
    assert ours._get_possible_keys(lookup, [state]) == set(lookup)
