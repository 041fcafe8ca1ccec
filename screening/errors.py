"""What can be wrong with a definition, a stored session or the versions at hand."""

from __future__ import annotations

from collections.abc import Iterable

ERROR = "error"
WARNING = "warning"
INFO = "info"


class DefinitionError(Exception):
    """One mistake in a file of the screening rules, in Spanish, for the person who wrote the file.

    code: short name of the kind of mistake, stable. line: 1-based, 0 when the whole file is meant.
    severity: "error" keeps the rules from being used; "warning" is doubtful but usable;
    "info" is right as it is, and staff should know it.
    """

    def __init__(self, code: str, file: str, line: int, message_es: str, hint: str = "", severity: str = ERROR) -> None:
        super().__init__(code, file, line, message_es, hint, severity)
        self.code = code
        self.file = file
        self.line = line
        self.message_es = message_es
        self.hint = hint
        self.severity = severity

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.code}: {self.message_es}" + (f" {self.hint}" if self.hint else "")

    @property
    def place(self) -> tuple[str, int, str]:
        """Order in which a reader wants to see mistakes: by file, then by line."""
        return self.file, self.line, self.code


class DefinitionErrors(Exception):
    """All mistakes of a folder of rules at once, by file and line."""

    def __init__(self, problems: Iterable[DefinitionError]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class EngineError(Exception):
    """The engine cannot go on with this session; the host decides what the person is told."""


class DefinitionUnavailable(EngineError):
    """A session stands in a definition or version that these rules no longer hold.

    definition: such as "instrument:srq_minsa".
    """

    def __init__(self, definition: str, version: str) -> None:
        super().__init__(f"{definition} version {version} is not among the rules")
        self.definition = definition
        self.version = version


class DefinitionChanged(DefinitionUnavailable):
    """An unfinished questionnaire's version is there, but the file is no longer the one it began with."""


class SessionUnreadable(EngineError):
    """A stored session does not have the shape of a session."""


class FlowLoops(EngineError):
    """A flow goes round without ever asking anything; `rules check` finds such flows beforehand."""
