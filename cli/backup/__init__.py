"""Backups of a running house, and bringing one back: docs/decisions/0034."""
