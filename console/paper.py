"""Letters and sheets as PDF: one A4 page each, with letters for Spanish and Quechua embedded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fpdf import FPDF

from console.letters import Letter, Sheet

FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
_MARGIN = 18.0
_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Points; the largest at which everything stands on one page is taken."""
_LINE = 0.47
"""Millimetres of height for each point of type."""
_RULE_GREY, _TEXT_GREY = 150, 70


class _Page(FPDF):
    """An A4 page that is written from top to bottom in one size of type."""

    def __init__(self, size: float, made_at: datetime, title: str, language: str) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self.base = size
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(True, margin=_MARGIN)
        self.add_font(_FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(_FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_title(title)
        self.set_lang("es-PE" if language == "es" else "qu-PE")
        self.set_creator("Uyariq")
        self.set_creation_date(made_at)
        self.add_page()

    def say(self, text: str, *, bold: bool = False, scale: float = 1.0, grey: int = 0, width: float = 0) -> None:
        """A paragraph."""
        size, known = self.base * scale, self._known(text)
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(grey)
        self.multi_cell(width, size * _LINE, known, new_x="LMARGIN", new_y="NEXT", align="L")

    def gap(self, lines: float = 0.5) -> None:
        """Empty height."""
        self.ln(self.base * _LINE * lines)

    def rule(self) -> None:
        """A thin line from margin to margin."""
        self.set_draw_color(_RULE_GREY)
        self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())
        self.gap(0.4)

    def fact(self, what: str, value: str) -> None:
        """A name and its value side by side."""
        height, left, known = self.base * _LINE, 42.0, self._known(value)
        self.set_font(_FAMILY, "", self.base)
        self.set_text_color(_TEXT_GREY)
        self.cell(left, height, what)
        self.set_text_color(0)
        self.multi_cell(0, height, known, new_x="LMARGIN", new_y="NEXT", align="L")

    def blank(self, label: str, x: float, width: float) -> None:
        """A label and a line to write on."""
        self.set_x(x)
        self.say(label, width=width)
        written = self.get_string_width(label) + 2
        below = self.get_y() + 0.4
        self.line(x + written + 2, below, x + width, below)

    def points(self, lines: tuple[str, ...]) -> None:
        """Lines with a dot; what runs over begins below the words, not below the dot."""
        height = self.base * _LINE
        for line in lines:
            known = self._known(line)
            self.set_font(_FAMILY, "", self.base)
            self.set_text_color(0)
            self.cell(height, height, "•")
            self.multi_cell(0, height, known, new_x="LMARGIN", new_y="NEXT", align="L")

    def _known(self, text: str) -> str:
        """The text with a sign in place of characters that the font does not have."""
        self.set_font(_FAMILY, "", self.base)
        shapes = self.current_font.cmap  # type: ignore[union-attr]
        return "".join(sign if sign == "\n" or ord(sign) in shapes else "\ufffd" for sign in text)


def letter_pdf(letter: Letter, made_at: datetime) -> bytes:
    """The letter on one page."""
    return _on_one_page(lambda page: _write_letter(page, letter), letter.title, made_at, "es")


def sheet_pdf(sheet: Sheet, made_at: datetime) -> bytes:
    """The sheet for the person on one page, in larger type."""
    return _on_one_page(lambda page: _write_sheet(page, sheet), sheet.title, made_at, sheet.language, larger=3.0)


def _on_one_page(
    write: Callable[[_Page], None], title: str, made_at: datetime, language: str, larger: float = 0.0
) -> bytes:
    for size in _SIZES:
        page = _Page(size + larger, made_at, title, language)
        write(page)
        if page.page_no() == 1:
            break
    return bytes(page.output())


def _write_letter(page: _Page, letter: Letter) -> None:
    page.say(letter.title, bold=True, scale=1.5)
    page.say(f"{letter.kind} · {letter.day}", grey=_TEXT_GREY)
    page.gap()
    page.rule()
    for number, (heading, lines) in enumerate(((letter.to_heading, letter.to), (letter.from_heading, letter.sender))):
        for line_number, line in enumerate(lines):
            page.fact(heading if line_number == 0 else "", line)
        if number == 0:
            page.gap(0.2)
    page.gap(0.4)
    page.rule()
    for what, value in letter.facts:
        page.fact(what, value)
    page.gap(0.4)
    page.rule()
    for heading, lines in letter.sections:
        page.say(heading, bold=True)
        page.points(lines)
        page.gap(0.4)
    for remark in letter.remarks:
        page.say(remark)
        page.gap(0.2)
    _write_signatures(page, letter)
    page.rule()
    page.say(letter.answer, bold=True)
    page.gap(0.3)
    page.say("     ".join(letter.answers[:2]))
    page.gap(0.3)
    page.say("     ".join(letter.answers[2:]))
    page.gap(0.6)
    page.say(letter.footer, grey=_TEXT_GREY, scale=0.85)


def _write_signatures(page: _Page, letter: Letter) -> None:
    page.gap(0.8)
    top, half = page.get_y(), (page.w - 2 * _MARGIN) / 2
    bottom = top
    for column, (role, lines) in enumerate(letter.signatures):
        page.set_y(top)
        page.set_x(_MARGIN + column * half)
        page.say(role, bold=True, width=half - 6)
        for line in lines:
            page.gap(0.6)
            page.blank(line, _MARGIN + column * half, half - 6)
        bottom = max(bottom, page.get_y())
    page.set_xy(_MARGIN, bottom)
    page.gap(0.8)


def _write_sheet(page: _Page, sheet: Sheet) -> None:
    page.say(sheet.title, bold=True, scale=1.5)
    page.say(sheet.intro)
    page.gap()
    for heading, lines in sheet.parts:
        page.rule()
        page.say(heading, bold=True, scale=1.15)
        page.gap(0.2)
        page.points(lines)
        page.gap(0.6)
    page.rule()
    for remark in sheet.remarks:
        page.say(remark)
        page.gap(0.3)
    page.say(sheet.danger, bold=True)
