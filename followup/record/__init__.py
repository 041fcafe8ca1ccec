"""Events become rows: one writer for each kind of event, all in the transaction of the turn.

Without consent to screening nothing of a questionnaire, of the profile or of first aid is kept. Risks, tasks and what
a person gives us to be called are kept: a crisis does not wait for a form.
"""

# The writers register themselves when they are imported.
from followup.record import care, consents, person, questionnaires, talk, unknown
from followup.record.person import take_profile
from followup.record.recording import Recording, write

__all__ = ["Recording", "care", "consents", "person", "questionnaires", "take_profile", "talk", "unknown", "write"]
