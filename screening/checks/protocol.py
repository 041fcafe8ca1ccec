"""Questions that ask about dying or harming and do not say so: a «yes» to them would alarm nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from screening.definitions import Item, Library
from screening.errors import WARNING, DefinitionError
from screening.fold import fold

# Words of questions about dying by one's own hand or doing harm, folded; Spanish and Quechua.
DANGER = re.compile(
    r"\b(suicid\w*|matar(?:se|me|lo|la)?|(?:quitar|acabar|terminar)(?:se|me)? (?:con )?(?:la|su|mi) vida"
    r"|(?:deseado|querido|quisiera|mejor|estar) (?:\w+ )?(?:morir|muerto|muerta)|morirse|estar sin vida"
    r"|(?:hacer(?:se|me|le)?|haga|lastimar(?:se|me)?) (?:algun )?dano|danarse|lastimarse|wanuchi\w*|wanuy \w*muna\w*)\b"
)


def check(library: Library) -> Iterator[DefinitionError]:
    """Items of every instrument; a person judges whether the words mean what they seem to."""
    for instrument in library.newest_instruments():
        for item in instrument.items:
            if item.risk is None and _sounds_dangerous(item):
                message = f"«{item.link_id}» pregunta por morir o hacerse daño y no lleva «risk»."
                hint = 'Agregue «risk: {code: suicide, when: "== 1"}» y su regla en triage.yml.'
                yield DefinitionError("risk_unmarked", instrument.file, item.line, message, hint, WARNING)


def _sounds_dangerous(item: Item) -> bool:
    # Folding makes «ñ» an «n» with its mark dropped or keeps it; both are looked for.
    return bool(DANGER.search(fold(item.text).replace("ñ", "n")))
