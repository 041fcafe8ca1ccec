"""A gateway that is killed again and again loses nothing."""

from __future__ import annotations

from pathlib import Path

from tests.bot.gateway.killing import kill_again_and_again

PEOPLE, EACH, KILLS = 20, 4, 5


def test_no_message_is_lost_and_everybody_is_answered_in_order(tmp_path: Path) -> None:
    """kill -9 at random moments: every message is handled once, every answer arrives, a person's in order.

    A bubble on its way when the process died may come twice: the platforms know no way to send one only once. The
    figures of twenty kills over three hundred messages are in docs/benchmarks.md (`python -m tests.bench.gateway`).
    """
    found = kill_again_and_again(tmp_path, PEOPLE, EACH, KILLS)
    assert found.messages == found.handled == PEOPLE * EACH
    assert (found.lost, found.out_of_order) == (0, 0)
    assert found.doubled <= found.messages // 4
