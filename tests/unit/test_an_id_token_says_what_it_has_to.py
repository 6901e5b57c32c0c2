"""R12: an ID token is believed when everything in it fits, and else not at all."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from auth.oidc_refusal import OidcRefused
from auth.oidc_tokens import Expected, UnknownKey, subject_of
from foundation.oidc_providers import OidcProvider
from tests.builders.hostile_provider import (
    ANOTHER_CURVE,
    CLIENT,
    FORGED,
    FREE,
    GENUINE,
    SECRET,
    Claims,
    half_hash,
    signed,
    signed_with_a_key_of_its_own,
    signed_with_the_secret,
    signed_with_what_is_public,
    unsigned,
)

ISSUER = "https://login.example.com"
NOON = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
SUBJECT = "248289761001"
PROVIDER = OidcProvider("other", ISSUER, CLIENT, SECRET, "Other")
KEYS: dict[str, Any] = {"keys": [GENUINE.as_dict(private=False)]}


def true_claims() -> Claims:
    now = int(NOON.timestamp())
    return {"iss": ISSUER, "sub": SUBJECT, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": "n0nce"}


def read(token: object, keys: dict[str, Any] = KEYS, provider: OidcProvider = PROVIDER) -> str:
    return subject_of(token, keys, Expected(provider, "n0nce", "access", NOON))


def test_R12_what_is_true_is_believed() -> None:
    assert read(signed(true_claims())) == SUBJECT
    told = {"aud": [CLIENT], "azp": CLIENT, "at_hash": half_hash("access"), "more": [{}]}
    assert read(signed({**true_claims(), **told})) == SUBJECT


def test_R12_one_key_needs_no_name() -> None:
    token = signed(true_claims(), kid=None)
    assert read(token) == SUBJECT
    another = {**FORGED.as_dict(private=False), "kid": "two"}
    with pytest.raises(OidcRefused):
        read(token, {"keys": [*KEYS["keys"], another]})


SIGNATURES: dict[str, Callable[[Claims], str]] = {
    "alg: none": unsigned,
    "HS256 with the public key": signed_with_what_is_public,
    "HS256 with the client's secret": signed_with_the_secret,
    "a key of its own in the header": signed_with_a_key_of_its_own,
    "another key under the same name": lambda said: signed(said, FORGED),
    "a key that is listed nowhere": lambda said: signed(said, FORGED, kid="two"),
    "another algorithm than agreed": lambda said: signed(said, FREE, alg="PS256"),
    "another kind of key": lambda said: signed(said, ANOTHER_CURVE, alg="ES256"),
    "no signature": lambda said: signed(said).rpartition(".")[0] + ".",
    "a claim that was altered": lambda said: _altered(signed(said)),
    "no token at all": lambda said: "not.a.token",
    "far too much": lambda said: signed({**said, "more": "x" * 20_000}),
}


def _altered(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body[:-4]}AAAA.{signature}"


@pytest.mark.parametrize("lie", SIGNATURES)
def test_R12_a_token_that_the_issuer_did_not_sign(lie: str) -> None:
    with pytest.raises(OidcRefused):
        read(SIGNATURES[lie](true_claims()))


def test_R12_a_key_that_is_not_known_yet_is_told_apart() -> None:
    with pytest.raises(UnknownKey):
        read(signed(true_claims(), FORGED, kid="two"))


@pytest.mark.parametrize("use", [{"use": "enc"}, {"alg": "PS256"}, {"kty": "EC"}])
def test_R12_a_key_for_something_else_signs_nothing(use: dict[str, str]) -> None:
    with pytest.raises(OidcRefused):
        read(signed(true_claims()), {"keys": [{**KEYS["keys"][0], **use}]})


@pytest.mark.parametrize("keys", [{}, {"keys": None}, {"keys": [1, "two"]}, {"keys": [{"kty": "RSA"}]}])
def test_R12_keys_that_are_none(keys: dict[str, Any]) -> None:
    with pytest.raises(OidcRefused):
        read(signed(true_claims()), keys)


CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://login.example.org"},
    "the issuer with a slash": {"iss": f"{ISSUER}/"},
    "for somebody else": {"aud": "another-client"},
    "for us and for somebody else": {"aud": ["evenside", "another-client"]},
    "for us and for somebody else, by us": {"aud": ["evenside", "another-client"], "azp": "evenside"},
    "handed to somebody else": {"azp": "another-client"},
    "handed to nobody": {"azp": ""},
    "for no one": {"aud": []},
    "no audience": {"aud": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 248289761001},
    "a subject that is a list": {"sub": [SUBJECT]},
    "a subject that is far too long": {"sub": "2" * 256},
    "of another sign-in": {"nonce": "another"},
    "of no sign-in": {"nonce": None},
    "over": {"exp": -61},
    "over for ever": {"exp": None},
    "over, in words": {"exp": "tomorrow"},
    "over, as a yes": {"exp": True},
    "from long ago": {"iat": -3600},
    "from the future": {"iat": 3600},
    "made at no time": {"iat": None},
    "not yet": {"nbf": 3600},
    "for another access token": {"at_hash": half_hash("another")},
}


@pytest.mark.parametrize("lie", CLAIMS)
def test_R12_a_token_that_says_something_else(lie: str) -> None:
    with pytest.raises(OidcRefused):
        read(signed(_bent(CLAIMS[lie])))


def _bent(lies: Claims) -> Claims:
    """Times are seconds from now; None takes a claim away."""
    bent = true_claims()
    for name, value in lies.items():
        is_moment = type(value) is int and name in {"exp", "iat", "nbf"}
        bent[name] = int(NOON.timestamp()) + value if is_moment else value
    return {name: value for name, value in bent.items() if value is not None}
