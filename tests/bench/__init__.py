"""Benchmarks: `make bench`. Not part of the tests; nothing here passes or fails."""
