"""Where text messages go out, if a clinic has a provider for them: checked when the house starts. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from foundation.called_address import may_be_called

FORM, JSON = "form", "json"


@dataclass(frozen=True)
class TextService:
    """A provider's address for one message. `style` is how it is told what to send.

    `form`: form fields To, From and Body with a user and password, as Twilio's API and its likes take it.
    `json`: an object with to, from and text and a bearer token, as Telnyx's API and its likes take it.
    """

    url: str
    sender: str
    secret: str = field(repr=False)
    user: str = field(default="", repr=False)
    style: str = FORM

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)


def read_text_service(get: Callable[[str], str], problems: list[str]) -> TextService | None:
    """Nothing, or all that is needed, as `get` reads SMS_*; what is wrong is added to `problems`."""
    url, sender, secret, user, style = (
        get(f"SMS_{name}") for name in ("URL", "FROM", "SECRET", "USER", "STYLE")
    )
    if not (url or sender or secret or user):
        return None
    service = TextService(url, sender, secret, user, style or FORM)
    if not may_be_called(url):
        problems.append(
            "EVENSIDE_SMS_URL must be like https://sms.example.org/messages, without a name or password; "
            "http only for this machine itself."
        )
    if not sender or not secret:
        problems.append("EVENSIDE_SMS_URL needs _SMS_FROM, a number of yours there, and its _SMS_SECRET.")
    if service.style not in {FORM, JSON} or (service.style == FORM and not user):
        problems.append("EVENSIDE_SMS_STYLE is form, with EVENSIDE_SMS_USER, or json.")
    return service
