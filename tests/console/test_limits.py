"""One visitor cannot ask for more than a share of the server."""

import pytest

from console.limits import Allowance, RateLimiter


def test_a_burst_is_allowed_and_then_refilled_by_the_minute() -> None:
    """Three at once, then one every six seconds; the answer says how long to wait."""
    limiter = RateLimiter(Allowance(burst=3, per_minute=10))
    assert [limiter.wait("rosa", 0) for _ in range(3)] == [0, 0, 0]
    assert limiter.wait("rosa", 0) == 6
    assert limiter.wait("rosa", 6) == 0
    assert limiter.wait("rosa", 7) == pytest.approx(5)


def test_one_person_s_haste_does_not_slow_another() -> None:
    """Each key has its own bucket."""
    limiter = RateLimiter(Allowance(burst=1, per_minute=1))
    assert (limiter.wait("rosa", 0), limiter.wait("julio", 0)) == (0, 0)
    assert limiter.wait("rosa", 0) > 0


def test_the_limiter_forgets_the_longest_unused_when_it_is_full() -> None:
    """A flood of new ids cannot fill the memory."""
    limiter = RateLimiter(Allowance(burst=1, per_minute=1), remembered=2)
    for key in ("a", "b", "a", "c"):
        limiter.wait(key, 0)
    assert len(limiter._buckets) == 2
    assert limiter.wait("b", 0) == 0, "b was forgotten and begins anew"
    assert limiter.wait("c", 0) > 0
