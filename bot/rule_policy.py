"""Rasa's RulePolicy, asking the cheap questions first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import SHOULD_NOT_BE_SET, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker

# A rule's last state -> what stands there first of all: the action before and the intent.
TELLING = (("prev_action", "action_name"), ("user", "intent"))
# Sets of rules that are kept indexed: Rasa asks for two by turns.
MOST_INDEXED = 3
Rules = dict[str, str]
Index = Mapping[tuple[Any, ...], Rules]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class FormFirstRulePolicy(RulePolicy):
    """The same predictions as RulePolicy's, at less cost.

    While a form runs happily Rasa's policy first compares the conversation with every rule, and then lets the form go
    on all the same. Here the form is asked first, also before Rasa's own restart, as "todo" may sound like one. Rules
    on a person's literal words, which would overrule a form, do not exist in this bot. And of the rules only those are
    compared that end in the same action and intent as the conversation.
    """

    _indexed: tuple[tuple[Rules, int, Index], ...] = ()

    def _predict(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[PolicyPrediction, str | None]:
        form, source = self._find_action_from_loop_happy_path(tracker)
        if not form:
            return super()._predict(tracker, domain)
        result = self._prediction_result(form, tracker, domain)
        return self._rule_prediction(result, source, is_no_user_prediction=True), source

    def _get_possible_keys(self, lookup: Rules, states: list[State]) -> set[str]:
        return super()._get_possible_keys(self._likely(lookup, states[-1]) if states else lookup, states)

    def _likely(self, lookup: Rules, state: State) -> Rules:
        """The rules whose telling values are the state's, or are left open."""
        action, intent = (state.get(part, {}).get(name) for part, name in TELLING)
        index = self._index_of(lookup)
        places = ((action, intent), (action, None), (None, intent), (None, None))
        return {key: value for place in dict.fromkeys(places) for key, value in index.get(place, {}).items()}

    def _index_of(self, lookup: Rules) -> Index:
        """Made once for each set of rules, and again when it grows, as it does in training."""
        for known, size, index in self._indexed:
            if known is lookup and size == len(lookup):
                return index
        made = self._index(lookup)
        others = tuple(one for one in self._indexed if one[0] is not lookup)
        self._indexed = (*others[-MOST_INDEXED:], (lookup, len(lookup), made))
        return made

    def _index(self, lookup: Rules) -> Index:
        found: dict[tuple[Any, ...], Rules] = defaultdict(dict)
        for key, value in lookup.items():
            last = self._rule_key_to_state(key)[-1]
            place = tuple(_set(last.get(part, {}).get(name)) for part, name in TELLING)
            found[place][key] = value
        return dict(found)


def _set(value: Any) -> Any:
    """The value that a rule wants; None where it wants none or any."""
    return None if value == SHOULD_NOT_BE_SET else value or None
