"""python -m bot.nlu.build OUT."""

import spacy

from bot.nlu import build as builder
from bot.nlu.language import TABLE_FILE


def test_pipelines_are_saved_and_load(tmp_path):
    """One folder each for es, qu, quy and quz."""
    builder.save_pipelines(tmp_path)
    assert spacy.load(tmp_path / "quz")("kashani")[0].lemma_ == "ka"
    assert spacy.load(tmp_path / "es")("matarme")[0].lemma_ == "matar"


def test_second_build_does_nothing(tmp_path, monkeypatch):
    """Only changed inputs are built again."""
    monkeypatch.setattr(builder, "write_table", lambda folder: None)
    assert TABLE_FILE.exists()
    assert builder.build(tmp_path) is True
    assert builder.build(tmp_path) is False


def test_wrong_usage_is_told(capsys):
    """Exit 2 with a sentence."""
    assert builder.main([]) == 2
    assert "python -m bot.nlu.build" in capsys.readouterr().err
