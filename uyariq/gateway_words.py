"""screening_rules/gateway_words.yml: what the gateway hears before the dialogue does."""

from __future__ import annotations

from collections.abc import Mapping
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
    try:
        found = yaml.safe_load((rules / FILE).read_text(encoding="utf-8"))
        listed = {use: [str(one) for language in LANGUAGES for one in found[use][language]] for use in USES}
    except (yaml.YAMLError, OSError, KeyError, TypeError) as error:
        raise GatewayWordsBroken(f"{FILE}: lleva {' y '.join(USES)}, cada uno con listas es y qu.") from error
    return {use: Phrases(phrases) for use, phrases in listed.items()}
