"""A message that was not understood is kept to learn from, if the person agreed to it."""

from __future__ import annotations

from followup import unknown_messages
from followup.record.recording import Recording, write
from screening import events as said


@write.register
def _(event: said.MessageNotUnderstood, to: Recording) -> None:
    if to.consented:
        unknown_messages.keep(to.conn, to.patient_id, event.text, event.language, event.guesses, event.at)
