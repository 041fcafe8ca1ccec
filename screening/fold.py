"""Text as it is compared: small letters, no accents, no punctuation, single spaces, «siiii» as «si»."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 500
APOSTROPHES = "'’ʼ"
LENGTHENED = re.compile(r"([a-zñ])\1{2,}")


class _Signs(dict[int, str]):
    """What becomes of each sign: kept, dropped or a space; worked out once for each."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        category = unicodedata.category(sign)
        if sign in APOSTROPHES or category[0] == "M" or category == "Sk":
            made = ""
        elif category[0] in "LNS":
            made = sign
        else:
            made = " "
        self[code] = made
        return made


SIGNS = _Signs()


def fold(text: str, longest: int = LONGEST) -> str:
    """The text reduced to what a reply is compared by. Only its first characters count."""
    plain = unicodedata.normalize("NFKD", text[:longest].lower()).translate(SIGNS)
    return LENGTHENED.sub(r"\1", " ".join(plain.split()))
