"""`uyariq centres import`: the whole file or nothing of it, and every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from followup.health_centres import count
from uyariq.__main__ import main
from uyariq.rooms import open_database
from uyariq.settings import read_settings

SAMPLE = Path(__file__).parents[1] / "followup" / "centros_ejemplo.csv"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("UYARIQ_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("UYARIQ_DATABASE_URL", raising=False)
    return tmp_path


def centres() -> int:
    """How many are kept."""
    database = open_database(read_settings())
    database.migrate()
    with database.read() as conn:
        found = count(conn)
    database.close()
    return found


def test_dry_run_then_import_then_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each says what it changed, or would."""
    assert main(["centres", "import", str(SAMPLE), "--dry-run"]) == 0
    assert "no se guardó nada: 7 nuevos" in capsys.readouterr().out
    assert centres() == 0
    assert main(["centres", "import", str(SAMPLE)]) == 0
    assert "7 nuevos" in capsys.readouterr().out
    assert main(["centres", "import", str(SAMPLE)]) == 0
    assert "7 iguales" in capsys.readouterr().out
    assert centres() == 7


def test_mistakes_are_told_by_line_and_nothing_is_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1, as for any failed check."""
    broken = home / "broken.csv"
    broken.write_text(SAMPLE.read_text(encoding="utf-8").replace("150806", "999999"), encoding="utf-8")
    assert main(["centres", "import", str(broken)]) == 1
    said = capsys.readouterr().err
    assert "línea 5, ubigeo" in said
    assert "No se importó nada" in said
    assert centres() == 0


def test_a_file_that_is_not_there_is_wrong_usage(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, one sentence."""
    assert main(["centres", "import", str(home / "none.csv")]) == 2
    assert "No se pudo leer" in capsys.readouterr().err
