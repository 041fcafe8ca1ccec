"""Whole conversations through the trained model, the engine and a real database."""
