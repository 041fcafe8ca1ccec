"""What understanding may import, proved in a fresh interpreter."""

import subprocess
import sys

import pytest

PURE = ["orthography", "language", "risk_phrases", "entities", "parse", "spanish", "quechua.segmenter", "intent_model"]


@pytest.mark.parametrize("module", PURE)
def test_pure_module_loads_neither_rasa_nor_spacy(module):
    """Risk phrases and language work without the model's libraries."""
    heavy = "('rasa', 'spacy', 'tensorflow', 'screening')"
    code = f"import sys, bot.nlu.{module}; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
