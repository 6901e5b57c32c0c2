"""The ways of being contacted, as both sides read them."""

from collections.abc import Collection

from auth.contact_consents import ContactWay

_WAYS = {
    ContactWay.CALL: "a call",
    ContactWay.TEXT: "a text",
    ContactWay.MAIL: "a mail",
    ContactWay.SUPPORTER: "a call to somebody close",
}


def way_words(agreed: Collection[ContactWay]) -> list[str]:
    return [words for way, words in _WAYS.items() if way in agreed]
