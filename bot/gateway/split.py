"""Long texts in parts that a platform takes."""

from __future__ import annotations


def split_text(text: str, longest: int) -> list[str]:
    """A text in parts of at most so many characters, cut between paragraphs, else lines, else words, else anywhere."""
    parts = []
    while len(text) > longest:
        places = (text.rfind(sign, longest // 2, longest + 1) for sign in ("\n\n", "\n", " "))
        cut = next((place for place in places if place > 0), longest)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]
