"""The library as the engine uses it: definitions by frame, and questions made once."""

from __future__ import annotations

from screening.definitions import Flow, Library, Questionnaire
from screening.errors import DefinitionChanged, DefinitionUnavailable
from screening.keys import ambiguous_steps
from screening.question import Question, of_item, of_step
from screening.reply import ReplyReader, Translate
from screening.session import FLOW, INSTRUMENT, Frame

SHA = 12


class Catalog:
    """A library with its questions and its reader of replies."""

    def __init__(self, library: Library, translate: Translate | None = None) -> None:
        self.library = library
        self.reader = ReplyReader(library, translate)
        self.ambiguous = ambiguous_steps(library)
        self._questions: dict[tuple[str, str, str], Question | None] = {}

    def flow(self, frame: Frame) -> Flow:
        """The flow that a frame began with. Raises DefinitionUnavailable."""
        flow = self.library.flow(frame.name, frame.version)
        if flow is None:
            raise DefinitionUnavailable(frame.definition, frame.version)
        return flow

    def instrument(self, frame: Frame) -> Questionnaire:
        """The instrument that a frame began with. Raises DefinitionUnavailable or DefinitionChanged."""
        instrument = self.library.instrument(frame.name, frame.version)
        if instrument is None:
            raise DefinitionUnavailable(frame.definition, frame.version)
        if frame.sha is not None and frame.sha != instrument.sha256[:SHA]:
            raise DefinitionChanged(frame.definition, frame.version)
        return instrument

    def is_known(self, frame: Frame) -> bool:
        """Whether the frame's definition is among the rules, as it was."""
        try:
            self.instrument(frame) if frame.kind == INSTRUMENT else self.flow(frame)
        except DefinitionUnavailable:
            return False
        return True

    def is_crisis(self, frame: Frame) -> bool:
        """Whether the frame is a crisis flow, in whatever version; never fails, as help must not."""
        flow = self.library.flow(frame.name) if frame.kind == FLOW else None
        return flow is not None and flow.kind == "crisis"

    def question(self, frame: Frame) -> Question | None:
        """The question that is open in a frame; None when none is."""
        if frame.step is None or not frame.waiting:
            return None
        key = (frame.definition, frame.version, frame.step)
        if key not in self._questions:
            self._questions[key] = self._make(frame, frame.step)
        return self._questions[key]

    def _make(self, frame: Frame, step_id: str) -> Question | None:
        if frame.kind == INSTRUMENT:
            instrument = self.instrument(frame)
            item = instrument.item(step_id)
            return of_item(instrument, item) if item else None
        flow = self.flow(frame)
        step = flow.step(step_id)
        return of_step(flow, step, self.library) if step else None
