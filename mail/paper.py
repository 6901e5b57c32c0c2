"""The templates of mails. What a person wrote is only ever a value in them, never a template."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_FOLDER = Path(__file__).parent.parent / "templates" / "mail"


def fill_in(name: str, words: Mapping[str, Any]) -> str:
    """The text of templates/mail/<name>; a word that is missing is an error, not a gap."""
    return _environment().get_template(name).render(words).strip() + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
