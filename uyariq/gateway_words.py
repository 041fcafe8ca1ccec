"""screening_rules/gateway_words.yml: what the gateway hears before the dialogue does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from bot.gateway.asides.words import Phrases
from uyariq.errors import UyariqError

FILE = "gateway_words.yml"
USES = ("listen", "link")
LANGUAGES = ("es", "qu")


class GatewayWordsBroken(UyariqError):
    """The file can not be used; the message says what to do."""


def read_gateway_words(rules: Path) -> Mapping[str, Phrases]:
    """Use -> its phrases in all languages. Raises GatewayWordsBroken."""
    return {use: Phrases(phrases) for use, phrases in _listed(rules).items()}


def read_safe_gateway_words(rules: Path) -> Mapping[str, Phrases]:
    """The same, where none of them is a word of danger: it would be answered with a recording. Takes a second once."""
    wrong = dangers_among(_listed(rules))
    if wrong:
        raise GatewayWordsBroken(f"{FILE}: «{wrong[0]}» puede decir un peligro y no llegaría a la conversación.")
    return read_gateway_words(rules)


def dangers_among(listed: Mapping[str, Sequence[str]]) -> list[str]:
    """Those phrases in which the words of danger find one."""
    from bot.nlu.risk_phrases import find

    return [phrase for phrases in listed.values() for phrase in phrases if find(phrase)]


def _listed(rules: Path) -> dict[str, list[str]]:
    try:
        found = yaml.safe_load((rules / FILE).read_text(encoding="utf-8"))
        return {use: [str(one) for language in LANGUAGES for one in found[use][language]] for use in USES}
    except (yaml.YAMLError, OSError, KeyError, TypeError) as error:
        raise GatewayWordsBroken(f"{FILE}: lleva {' y '.join(USES)}, cada uno con listas es y qu.") from error
