"""Settings: defaults that work, a key that is made once, mistakes named with what to do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from uyariq.errors import UsageError
from uyariq.settings import read_settings

KEY = "ab" * 32


def test_first_run_makes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    """The key is new once, and the same from then on."""
    first = read_settings({"UYARIQ_HOME": str(tmp_path)})
    second = read_settings({"UYARIQ_HOME": str(tmp_path)})
    assert first.secret_is_new
    assert not second.secret_is_new
    assert first.secret == second.secret
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_key_and_database_password_are_never_printed(tmp_path: Path) -> None:
    """Settings end up in error messages."""
    settings = read_settings(
        {
            "UYARIQ_HOME": str(tmp_path),
            "UYARIQ_SECRET_KEY": KEY,
            "UYARIQ_DATABASE_URL": "postgresql://uyariq:hunter2@localhost/uyariq",
        }
    )
    assert KEY not in repr(settings)
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("UYARIQ_SECRET_KEY", "abc", "64 cifras"),
        ("UYARIQ_SECRET_KEY", "not hexadecimal" * 10, "64 cifras"),
        ("UYARIQ_CONSOLE_PORT", "web", "UYARIQ_CONSOLE_PORT"),
        ("UYARIQ_BOT_PORT", "70000", "UYARIQ_BOT_PORT"),
    ],
)
def test_wrong_setting_is_named_with_what_to_do(tmp_path: Path, name: str, value: str, said: str) -> None:
    """One sentence, exit code 2."""
    with pytest.raises(UsageError, match=said) as error:
        read_settings({"UYARIQ_HOME": str(tmp_path), name: value})
    assert error.value.code == 2
