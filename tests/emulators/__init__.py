"""Platforms for tests, made by others."""
