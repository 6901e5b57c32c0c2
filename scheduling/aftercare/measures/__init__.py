"""Measures and check-ins: questions as data, answered by members, scored, followed over time."""
