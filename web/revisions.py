"""The revision that a form was filled in against: it comes back with it, so that no change is lost."""

from flask import request

_MOST_DIGITS = 8
_OLDER_THAN_ANY = -1


def sent_revision() -> int:
    """The revision that was looked at; anything else is as old as can be."""
    sent = request.form.get("revision", "")
    fits = sent.isascii() and sent.isdecimal() and len(sent) <= _MOST_DIGITS
    return int(sent) if fits else _OLDER_THAN_ANY
