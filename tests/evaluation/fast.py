"""The fast part of the evaluation: every held-out file once, without cross-validation and perturbations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tests.evaluation import data, entities, language, messages, replies, risk, roots
from tests.evaluation.data import MESSAGE_FILES
from tests.evaluation.understanding import Bot

RISK_FILES = ("risk", "risk_2", "risk_3", "risk_4", "risk_5")
REPLY_FILES = ("replies", "replies_2", "replies_3", "replies_4", "replies_5")
LANGUAGES = ("es", "qu")
FILES = (*MESSAGE_FILES, *REPLY_FILES, *RISK_FILES, "language", "roots", "entities")
TOGETHER = "together"


@dataclass(frozen=True)
class RiskScores:
    """kinds: danger -> recall; any: of all dangers; alarms: false ones."""

    kinds: dict[str, risk.Recall]
    any: risk.Recall
    alarms: risk.Alarms


class Fast:
    """Everything measured once, when it is first asked for."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @cached_property
    def heard(self) -> dict[str, list[messages.Heard]]:
        """es, qu and mixed messages with what was understood."""
        return {source: messages.hear(data.messages(source), self.bot.read_all) for source in MESSAGE_FILES}

    @cached_property
    def answered(self) -> dict[str, list[replies.Answered]]:
        """Replies by file, those files that exist."""
        found = {name: data.replies(name) for name in REPLY_FILES}
        return {name: replies.answer_all(lines, self.bot.read_all) for name, lines in found.items() if lines}

    @cached_property
    def watched(self) -> dict[str, list[risk.Watched]]:
        """Risk messages by file, those files that exist."""
        found = {name: data.risks(name) for name in RISK_FILES}
        return {name: risk.watch(lines, self.bot.read_all) for name, lines in found.items() if lines}

    @cached_property
    def noted(self) -> list[entities.Noted]:
        """Details by message; empty if the file does not exist."""
        return entities.note_all(data.entities(), self.bot.read_all)

    def all_heard(self) -> list[messages.Heard]:
        """The messages of all three files."""
        return [one for source in MESSAGE_FILES for one in self.heard[source]]

    def summaries(self) -> dict[str, messages.Summary]:
        """Figures by file, and of all together."""
        found = {source: messages.summary(self.heard[source]) for source in MESSAGE_FILES}
        return {**found, TOGETHER: messages.summary(self.all_heard())}

    def reply_scores(self) -> dict[str, dict[str, replies.ReplyScores]]:
        """File -> language -> figures."""
        return {name: replies.by_language(answered) for name, answered in self.answered.items()}

    def risk_scores(self) -> dict[str, dict[str, RiskScores]]:
        """File -> language -> figures."""
        return {
            name: {language: _risk_scores(risk.of_language(watched, language)) for language in LANGUAGES}
            for name, watched in self.watched.items()
        }

    def overlaps(self) -> dict[str, int]:
        """File -> held-out sentences of four words and more that stand in nlu_data as well."""
        texts = {source: [one.message.text for one in heard] for source, heard in self.heard.items()}
        texts |= {name: [one.line.text for one in watched] for name, watched in self.watched.items()}
        return {name: data.also_in_training(inside) for name, inside in texts.items()}

    def language_scores(self) -> dict[str, language.LanguageScores]:
        """Figures by group of texts."""
        return language.groups(language.guess_all(data.languages()))

    def root_scores(self) -> dict[str, roots.RootScores]:
        """Figures by group of words; empty if the file does not exist."""
        lines = data.roots()
        return roots.groups(roots.check_all(lines)) if lines else {}

    def entity_scores(self) -> dict[str, entities.EntityScores]:
        """Figures by kind of detail; empty if the file does not exist."""
        return entities.by_kind(self.noted) if self.noted else {}


def _risk_scores(watched: list[risk.Watched]) -> RiskScores:
    kinds = {kind: risk.recall(watched, kind) for kind in risk.KINDS}
    return RiskScores(kinds, risk.recall(watched), risk.alarms(watched))
