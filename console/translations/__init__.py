"""The translations by staff: every text with its state, a reviewer's queue, spoken versions, files in and out."""
