"""E-mail addresses, written one way so that one mailbox is one person."""

from typing import ClassVar

from email_validator import EmailNotValidError, validate_email

from foundation.errors import DomainError


class BadAddress(DomainError):
    code: ClassVar[str] = "bad_address"
    default: ClassVar[str] = (
        "That does not look like an e-mail address. It needs a name, an @ and a place, like ana@example.org."
    )


def normalise_address(raw: str) -> str:
    """The address in lower-case ASCII (a domain in other letters becomes its xn-- form). Raises BadAddress.

    Nothing is asked of the network.
    """
    try:
        found = validate_email(raw.strip(" "), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadAddress from error
    return (found.ascii_email or found.normalized).lower()
