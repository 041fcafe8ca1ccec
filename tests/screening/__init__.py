"""The screening engine's specification."""
