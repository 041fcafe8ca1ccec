"""Names of the domain's responses that the engine asks to be said; their words stand in domain.yml."""

from __future__ import annotations

ENCOURAGE_THIRD = "utter_encourage_third"
ENCOURAGE_TWO_THIRDS = "utter_encourage_two_thirds"
BACK_TO_QUESTIONS = "utter_back_to_questions"
ANSWER_CHANGED = "utter_answer_changed"
SKIPPED = "utter_skipped"
UNSURE = "utter_unsure"
CANNOT_SKIP = "utter_cannot_skip"
MUST_ANSWER = "utter_must_answer"
NOTHING_BEFORE = "utter_nothing_before"
WELCOME_BACK = "utter_welcome_back"
PAUSED = "utter_paused"
NOT_UNDERSTOOD = "utter_not_understood"
NO_RESULT_YET = "utter_no_result_yet"
NUMBER_OUT_OF_RANGE = "utter_number_out_of_range"
WHICH_PLACE = "utter_which_place"
CHOOSE_FIRST_AID = "utter_choose_first_aid"
NOT_IN_LANGUAGE = "utter_not_in_language"

# name -> the fields that come with it
RESPONSES: dict[str, tuple[str, ...]] = {
    ENCOURAGE_THIRD: (),
    ENCOURAGE_TWO_THIRDS: (),
    BACK_TO_QUESTIONS: (),
    ANSWER_CHANGED: (),
    SKIPPED: (),
    UNSURE: (),
    CANNOT_SKIP: (),
    MUST_ANSWER: (),
    NOTHING_BEFORE: (),
    WELCOME_BACK: (),
    PAUSED: (),
    NOT_UNDERSTOOD: (),
    NO_RESULT_YET: (),
    NUMBER_OUT_OF_RANGE: ("min", "max"),
    WHICH_PLACE: ("place",),
    CHOOSE_FIRST_AID: (),
    NOT_IN_LANGUAGE: (),
}
