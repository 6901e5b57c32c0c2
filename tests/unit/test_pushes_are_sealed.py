"""A push is sealed as RFC 8291 says, by its own example, and signed as RFC 8292 says."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    derive_private_key,
)
from joserfc import jwt
from joserfc.jwk import ECKey

from foundation.push_key import PushKey, is_contact
from jobs.channels.push_sealing import PADDED_TO, UnusableDevice, from_text, seal, vapid
from scheduling.reminder_devices import PushAddress

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
DEVICE = PushAddress(
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
"""RFC 8291, appendix A."""
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SEALED = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"  # noqa: E501
KEY = PushKey("mailto:help@example.org", bytes(range(1, 33)))


def test_the_example_of_the_rfc_comes_out() -> None:
    ours = derive_private_key(int.from_bytes(from_text(OURS), "big"), SECP256R1())
    words = b"When I grow up, I want to be a watermelon"
    salt = from_text("DGv6ra1nlYgDCS1FRnbzlw")
    assert seal(words, DEVICE, salt=salt, ours=ours, padded_to=0) == from_text(SEALED)


def test_every_message_is_equally_long_and_none_is_like_another() -> None:
    sealed = [seal(words, DEVICE) for words in (b"", b"a reminder", b"a reminder")]
    assert {len(one) for one in sealed} == {86 + PADDED_TO + 16}
    assert len(set(sealed)) == 3


@pytest.mark.parametrize(
    "device", [PushAddress("", "AAAA", DEVICE.auth), PushAddress("", DEVICE.p256dh, "AA")]
)
def test_keys_that_are_none_are_refused(device: PushAddress) -> None:
    with pytest.raises(UnusableDevice):
        seal(b"words", device)


def test_the_signature_names_the_service_and_ends() -> None:
    token, key = vapid(KEY, DEVICE.endpoint, NOW).removeprefix("vapid t=").split(", k=")
    assert key == KEY.public
    point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), from_text(key))
    claims = jwt.decode(token, ECKey.import_key(point), algorithms=["ES256"]).claims
    assert claims == {
        "aud": "https://push.example.net",
        "sub": "mailto:help@example.org",
        "exp": int(NOW.timestamp()) + 12 * 3600,
    }


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("mailto:help@example.org", True),
        ("https://example.org", True),
        ("help@example.org", False),
        ("", False),
    ],
)
def test_a_contact_is_an_address_that_can_be_asked(text: str, fits: bool) -> None:
    assert is_contact(text) is fits
