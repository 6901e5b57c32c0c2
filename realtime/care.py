"""What somebody in danger sees at once: a person is coming, and lines that answer now."""

from collections.abc import Mapping
from typing import Any

from foundation.settings import Settings
from safety.helplines import helplines

WRITTEN = frozenset({"ask", "edit", "chat", "name"})
NOTE = "We are getting a person for you now. You do not have to wait alone."


def help_for(event: str, answer: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The part of an acknowledgement that brings help, when the author may need it."""
    if event not in WRITTEN or answer.get("state") != "escalated":
        return {}
    lines = [
        {"name": line.name, "number": line.number, "how": line.how, "href": line.href, "note": line.note}
        for line in helplines(settings)
        if line.urgent
    ]
    return {"note": NOTE, "help": lines}
