"""Busy times from calendars kept elsewhere: read in a process of its own, kept as mere intervals."""
