"""New keys for the house and for everybody in it, while people go on working: docs/decisions/0034."""
