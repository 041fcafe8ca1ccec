"""What the project asks of itself, and whether it is reached."""

from __future__ import annotations

from dataclasses import dataclass

from tests.evaluation.fast import LANGUAGES, Fast
from tests.evaluation.messages import UNMET, groups, median_ms, summary
from tests.evaluation.robustness import INTENT_BAR, RISK_BAR, Loss, RiskLoss
from tests.evaluation.table import f1, percent, points

MACRO_F1 = {"es": 0.93, "qu": 0.90, "mixed": 0.90}
DIRECT, OPPOSITE = 0.98, 0.005
SUICIDE = {"es": 0.98, "qu": 0.95}
FALSE_ALARMS = 0.05
ONE_WORD = 0.97
ROOTS = 0.93
SLOWEST = {"parse": 3.0, "risk": 1.0, "language": 60.0}
TOKENS = 20_000


@dataclass(frozen=True)
class Bar:
    """One aim: what it is about, what is asked, what was measured."""

    subject: str
    asked: str
    measured: str
    met: bool


@dataclass(frozen=True)
class Speeds:
    """risk_ms, language_us: medians of one message; tokens: a second, by the Quechua pipeline, of words not met yet."""

    risk_ms: float
    risk_p95: float
    language_us: float
    tokens: float
    tokens_again: float


def bars(fast: Fast, speeds: Speeds, losses: list[Loss], risk_losses: list[RiskLoss]) -> list[Bar]:
    """Every aim, in the order of the page."""
    return [
        *_messages(fast),
        *_replies(fast),
        *_risk(fast),
        *_language(fast),
        *_roots(fast),
        *_speeds(fast, speeds),
        *robustness(losses, risk_losses),
    ]


def _messages(fast: Fast) -> list[Bar]:
    found = []
    for source, bar in MACRO_F1.items():
        for name in ("all", UNMET):
            now = summary(groups(fast.heard[source])[name]).macro_f1
            found.append(Bar(f"intents, {source}, {name}: macro-F1", f">= {bar:.2f}", f1(now), now >= bar))
    return found


def _replies(fast: Fast) -> list[Bar]:
    found: list[Bar] = []
    for name, scores in fast.reply_scores().items():
        for language in LANGUAGES:
            one = scores[language]
            found.append(_least(f"{name}, {language}: direct replies right", DIRECT, one.direct))
            found.append(_most(f"{name}, {language}: opposite recorded", OPPOSITE, one.opposite))
    return found


def _risk(fast: Fast) -> list[Bar]:
    found: list[Bar] = []
    for name, scores in fast.risk_scores().items():
        for language in LANGUAGES:
            suicide, alarms = scores[language].kinds["suicide"], scores[language].alarms
            found.append(_least(f"{name}, {language}: suicide found by rules alone", SUICIDE[language], suicide.rules))
            found.append(
                _least(f"{name}, {language}: suicide found by rules and model", SUICIDE[language], suicide.both)
            )
            found.append(_most(f"{name}, {language}: false alarms of the rules", FALSE_ALARMS, alarms.rules))
            found.append(_most(f"{name}, {language}: false alarms, rules and model", FALSE_ALARMS, alarms.both))
    return found


def _language(fast: Fast) -> list[Bar]:
    scores = fast.language_scores()["one word, with a language"]
    return [_least("language of one-word texts", ONE_WORD, scores.right)]


def _roots(fast: Fast) -> list[Bar]:
    scores = fast.root_scores()
    name = "words that are not in nlu_data"
    return [_least("roots of unseen words", ROOTS, scores[name].right)] if scores else []


def robustness(losses: list[Loss], risk_losses: list[RiskLoss]) -> list[Bar]:
    """The aims of every perturbation that alters anything."""
    found = [
        _points(f"{one.name}, {one.language}: macro-F1 lost", INTENT_BAR, one.lost) for one in losses if one.changed
    ]
    for one in risk_losses:
        if one.both.changed:
            name = f"{one.both.name}, {one.both.language}: danger lost"
            found.append(_points(f"{name}, rules and model", RISK_BAR, one.both.lost))
            found.append(_points(f"{name}, rules alone", RISK_BAR, one.rules.lost))
    return found


def _speeds(fast: Fast, speeds: Speeds) -> list[Bar]:
    parse = median_ms(fast.all_heard())
    found = (
        ("understanding a message, median", SLOWEST["parse"], parse, "ms"),
        ("danger rules, median", SLOWEST["risk"], speeds.risk_ms, "ms"),
        ("language, median", SLOWEST["language"], speeds.language_us, "µs"),
    )
    times = [Bar(name, f"<= {bar:.0f} {unit}", f"{now:.2f} {unit}", now <= bar) for name, bar, now, unit in found]
    tokens = Bar(
        "Quechua pipeline", f">= {TOKENS:,} tokens/s", f"{speeds.tokens:,.0f} tokens/s", speeds.tokens >= TOKENS
    )
    return [*times, tokens]


def _least(subject: str, bar: float, now: float) -> Bar:
    return Bar(subject, f">= {percent(bar)}", percent(now), now >= bar)


def _most(subject: str, bar: float, now: float) -> Bar:
    return Bar(subject, f"<= {percent(bar)}", percent(now), now <= bar)


def _points(subject: str, bar: float, lost: float) -> Bar:
    return Bar(subject, f"<= {points(bar)} points", f"{points(lost)} points", lost <= bar)
