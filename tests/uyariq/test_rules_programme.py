"""`uyariq rules programme`: what is offered, and why the rest is not."""

from __future__ import annotations

import pytest

from screening.programme import is_on
from screening.reader import load_library
from uyariq.__main__ import main
from uyariq.rooms import RULES


def test_every_switch_has_its_line_and_what_is_off_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    """Staff see at a glance what waits for a signature and what waits for a text."""
    assert main(["rules", "programme"]) == 0
    lines = capsys.readouterr().out.splitlines()
    library = load_library(RULES)
    assert len(lines) == len(library.programme.switches)
    for line, (name, switch) in zip(lines, library.programme.switches.items(), strict=True):
        assert line.startswith("[encendido]" if is_on(library, name) else "[apagado]")
        assert is_on(library, name) or switch.why in line
    waiting = [line for line in lines if "Espacio vacío: epds" in line]
    assert len(waiting) == 1
