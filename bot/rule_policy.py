"""Rasa's RulePolicy, asking the cheap questions first."""

from __future__ import annotations

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class FormFirstRulePolicy(RulePolicy):
    """The same predictions as RulePolicy's, at less cost.

    While a form runs happily Rasa's policy first compares the conversation with every rule, and then lets the form go
    on all the same. Here the form is asked first, also before Rasa's own restart, as "todo" may sound like one. Rules
    on a person's literal words, which would overrule a form, do not exist in this bot.
    """

    def _predict(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[PolicyPrediction, str | None]:
        form, source = self._find_action_from_loop_happy_path(tracker)
        if not form:
            return super()._predict(tracker, domain)
        result = self._prediction_result(form, tracker, domain)
        return self._rule_prediction(result, source, is_no_user_prediction=True), source
