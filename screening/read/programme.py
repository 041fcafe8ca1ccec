"""programme.yml -> which flows are on."""

from __future__ import annotations

from screening.programme import Programme, Switch
from screening.read.questionnaire import NAME_SHAPE, read_format, read_version
from screening.read.section import NAME, Section


def read_programme(section: Section) -> Programme:
    """The switches; mistakes are noted in the section's problems."""
    read_format(section)
    version = read_version(section)
    switches: dict[str, Switch] = {}
    for one in section.sections("flows", "interruptor", required=True):
        switch = _switch(one)
        if switch.flow in switches:
            one.complain("id_duplicated", "flow", f"«{switch.flow}» ya tiene su interruptor.", "Deje uno solo.")
        switches[switch.flow] = switch
    section.close("title", "note")
    return Programme(version, switches, section.file)


def _switch(section: Section) -> Switch:
    made = Switch(
        flow=section.pattern("flow", NAME, NAME_SHAPE) or "",
        on=section.flag("on"),
        why=section.words("why"),
        needs=section.texts("needs"),
        line=section.line(),
    )
    section.close("note")
    return made
