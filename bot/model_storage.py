"""Reads a trained model for serving only: how it was trained is left aside, and with it what only training imports."""

from __future__ import annotations

from pathlib import Path

import rasa.shared.utils.io
from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata


class ServedModelStorage(LocalModelStorage):
    """Rasa's model storage without the training graph, whose validator would import TensorFlow."""

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        metadata = rasa.shared.utils.io.read_json_file(directory / MODEL_ARCHIVE_METADATA_FILE)
        metadata["train_schema"] = {"nodes": {}}
        return ModelMetadata.from_dict(metadata)
