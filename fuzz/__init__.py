"""Hostile input for every reader: see ``python -m fuzz --help`` and docs/reliability.md."""
