"""A text to be read aloud: Spanish and Quechua side by side, the person's language first."""

from __future__ import annotations

from dataclasses import dataclass

from console.site import Site

SPANISH, QUECHUA = "es", "qu"


@dataclass(frozen=True)
class Aloud:
    """The Spanish words, and the Quechua ones; "" where there are none that may be used."""

    es: str
    qu: str = ""


@dataclass(frozen=True)
class Reader:
    """Words texts for one reading. variant: qu, quy or quz; spoken: whether Quechua words may be used at all."""

    site: Site
    variant: str = QUECHUA
    spoken: bool = True

    def __call__(self, context: str, text: str | None) -> Aloud:
        """The text in both languages, with the numbers that it names."""
        if not text:
            return Aloud("")
        in_quechua = self.site.translate(context, text, self.variant) if self.spoken else ""
        return Aloud(self._filled(text, SPANISH), self._filled(in_quechua, QUECHUA) if in_quechua != text else "")

    def _filled(self, text: str, language: str) -> str:
        if "{crisis_call}" not in text:
            return text
        return text.replace("{crisis_call}", self.site.hotline("crisis_call", language).words)


def reader_for(site: Site, variety: str | None, spoken: bool = True) -> Reader:
    """The reader for a person of that variety."""
    return Reader(site, variety or QUECHUA, spoken)
