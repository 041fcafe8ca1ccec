"""The arithmetic of the evaluation, on cases worked out by hand and against scikit-learn."""

from __future__ import annotations

import pytest
from sklearn.metrics import f1_score

from tests.evaluation.entities import comparable
from tests.evaluation.recorded import TOLERANCE, compare
from tests.evaluation.scores import by_label, expected_calibration_error, macro_f1, reliability

PAIRS = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("c", "a"), ("c", "fallback")]


def test_macro_f1_is_scikit_learns():
    """A label that was only understood, such as the fallback, has no F1 of its own and lowers the others."""
    meant, understood = zip(*PAIRS, strict=True)
    theirs = f1_score(meant, understood, labels=["a", "b", "c"], average="macro", zero_division=0)
    assert macro_f1(PAIRS) == pytest.approx(theirs)


def test_precision_and_recall_of_a_label():
    """a: one of two meant found, one of two understood right; b: both found, one of three wrong."""
    scores = by_label(PAIRS)
    assert (scores["a"].precision, scores["a"].recall, scores["a"].support) == (0.5, 0.5, 2)
    assert (scores["b"].precision, scores["b"].recall) == (pytest.approx(2 / 3), 1.0)
    assert scores["c"].f1 == 0.0


def test_calibration_error_is_the_mean_distance():
    """Two bins: 0.95 sure and always right, 0.55 sure and half right; confidence 1 falls into the last bin."""
    bins = reliability([(0.9, True), (1.0, True), (0.5, True), (0.6 - 1e-9, False)])
    assert [one.count for one in bins] == [2, 2]
    assert expected_calibration_error(bins) == pytest.approx((0.05 * 2 + 0.05 * 2) / 4, abs=1e-6)


def test_nothing_measured_is_no_error():
    """Without lines there are no figures, and no division by zero."""
    assert macro_f1([]) == expected_calibration_error([]) == 0.0


@pytest.mark.parametrize(
    ("name", "then", "now", "worse"),
    [
        ("messages.es.macro_f1", 0.930, 0.926, False),
        ("messages.es.macro_f1", 0.930, 0.924, True),
        ("messages.es.macro_f1", 0.930, 0.990, False),
        ("risk.es.suicide.found_by_rules", 1.0, 0.99, True),
        ("replies.es.opposite", 0.000, 0.005, True),
        ("replies.es.opposite", 0.005, 0.000, False),
        ("risk.es.false_alarms_by_rules", 0.05, 0.02, False),
        ("risk.es.false_alarms_by_rules", 0.02, 0.05, True),
    ],
)
def test_only_a_change_for_the_worse_counts(name, then, now, worse):
    """Beyond its tolerance; of opposites and false alarms less is better; a danger once found stays found."""
    assert [one.worse for one in compare({name: then}, {name: now})] == [worse]


def test_a_figure_that_is_gone_is_worse_and_a_new_one_is_not():
    """A held-out file cannot be left out unnoticed."""
    gone, new = compare({"risk.es.medical.found_by_rules": 1.0}, {"risk.qu.medical.found_by_rules": 1.0})
    assert (gone.worse, new.worse) == (True, False)


def test_every_kind_of_figure_has_a_tolerance():
    """Recorded figures can be compared."""
    from tests.evaluation.recorded import recorded

    assert {name.rsplit(".", 1)[-1] for name in recorded()} <= set(TOLERANCE)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "+51 987 654 321", "987654321"),
        ("phone", "+51987654321", "987-654-321"),
        ("district", "Villa El Salvador", "villa el  salvador"),
        ("name", "José", "jose"),
    ],
)
def test_values_that_mean_the_same_are_equal(kind, one, other):
    """Country code, spaces, accents and capitals make no difference."""
    assert comparable(kind, one) == comparable(kind, other)


def test_another_phone_is_another_phone():
    """Only the digits of Peru's country code may be missing."""
    assert comparable("phone", "987654321") != comparable("phone", "987654322")
