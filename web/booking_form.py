"""What somebody adds to a time before it is booked: a note, and a number where one is needed."""

import json

from wtforms import BooleanField

from auth.phones import spoken_phone
from scheduling.services import Mode, Service
from web.forms import Form, PhoneField, TextField_

_NUMBER = "Write the number to call, with its area code."


class BookForm(Form):
    """Fitted to the service before it is shown or checked: what does not apply is taken out."""

    note = TextField_("Anything they should know", most=2000, missing=None)
    phone_fallback = BooleanField("If the video fails, phone me", default=True)
    phone = PhoneField("Your number")

    def fit(self, service: Service, phone: str | None) -> "BookForm":
        """A known number is named by its end only; where one is needed and none is known, it is asked for."""
        video = service.mode == Mode.VIDEO and service.phone_fallback
        if video and phone:
            self.phone_fallback.label.text = f"If the video fails, phone me on the number ending {phone[-2:]}"
        else:
            del self.phone_fallback
        if video and not phone:
            self.phone.label.text = "If the video fails, phone me on"
        elif service.mode == Mode.PHONE and not phone:
            self.phone.missing = _NUMBER
        else:
            del self.phone
        return self

    def speak_to(self, first_name: str) -> None:
        self.note.label.text = f"Anything {first_name} should know"
        if self.phone and self.phone.missing:
            self.phone.label.text = f"The number that {first_name} calls"

    @property
    def number(self) -> str:
        """What was typed, as E.164 once it was validated."""
        return (self.phone.data or "") if self.phone else ""

    @property
    def wants_phone(self) -> bool:
        return bool(self.phone_fallback.data) if self.phone_fallback else bool(self.number)

    @property
    def typed(self) -> dict[str, str]:
        """What the next page has to carry along."""
        typed = {"typed": "1", "note": self.note.data or ""}
        if self.phone:
            typed["phone"] = spoken_phone(self.number)
        return typed | {"phone_fallback": "y"} if self.phone_fallback and self.phone_fallback.data else typed

    @classmethod
    def again(cls, typed: str) -> "BookForm":
        """The form as it was typed before, from what `kept_words` gave."""
        words = json.loads(typed) if typed else {}
        return cls(data={**words, "phone_fallback": "phone_fallback" in words} if words else None)

    @property
    def kept_words(self) -> str:
        return json.dumps(self.typed)
