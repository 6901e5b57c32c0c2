"""The two forms of signing in: an address, and six digits."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import StopValidation

from auth.codes import LENGTH, read_code
from web.forms import AddressField, Form, LineField

_WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


class CodeField(LineField):
    """Six digits, with the spaces that a phone or a person puts between them; `data` is without."""

    def __init__(self, label: str = "", *, where: str = "mail", **kwargs: Any) -> None:
        super().__init__(label, most=40, missing=f"Type the six digits from the {where}.", **kwargs)
        self.where = where

    def check(self, text: str) -> None:
        super().check(text)
        digits = read_code(text)
        if not (digits.isascii() and digits.isdigit()):
            raise StopValidation("The code is six digits, without letters.")
        if len(digits) != LENGTH:
            raise StopValidation(f"That is {_spoken(len(digits))}. The code in the {self.where} has six.")
        self.data = digits


class AskForm(Form):
    email = AddressField("E-mail address")
    shared = BooleanField("Others use this device.")
    next = HiddenField()


class CodeForm(Form):
    code = CodeField("Six digits")


def _spoken(number: int) -> str:
    word = _WORDS[number] if number < len(_WORDS) else str(number)
    return f"{word} digit" if number == 1 else f"{word} digits"


class AppForm(Form):
    code = CodeField("Six digits from your app", where="app")


class SpareForm(Form):
    spare = LineField("Spare code", most=40, missing="Type one of the codes that you have kept.")
