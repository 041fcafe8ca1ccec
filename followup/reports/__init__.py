"""The funnel from screening to re-screening, counted from the records; each count is people, not events.

Definitions, for a period from `start` (included) to `end` (excluded):

- screened: completed at least one questionnaire.
- positive: of those questionnaires, at least one has a score at or above its cut-off (screened is the denominator).
- pfa: psychological first aid was given: a script came to its end with the bot, or a session was held by telephone.
- referred: a need for care of some kind was found (a referral).
- callback_due: a call became owed: a callback or crisis task was made. Calls that the person refused do not count.
- called_back: somebody of the team reached the person by a call that was not undone.
- rescreened: completed a questionnaire that they had completed before, at least RESCREEN_GAP earlier.

A person counts in the language they last chose. People who asked to be forgotten stay in these counts, in the month of
the event, and in nothing else: a period that cuts a month counts its forgotten people only when it holds the 1st.
"""

from followup.reports.counting import LANGUAGES, MEASURES, RESCREEN_GAP, days, funnel, keep_counts

__all__ = ["LANGUAGES", "MEASURES", "RESCREEN_GAP", "days", "funnel", "keep_counts"]
