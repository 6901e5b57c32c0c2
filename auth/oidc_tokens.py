"""Whether an ID token says what it has to (OpenID Connect Core 1.0, section 3.1.3.7; R12).

Authlib checks what the standard asks for; what it leaves open is closed here: one signature algorithm, one
audience, `azp` whenever it is there, a subject of a sane length, and an age.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from auth.oidc_refusal import OidcRefused
from foundation.oidc_providers import OidcProvider

LEEWAY = timedelta(seconds=60)
OLDEST = timedelta(minutes=10)
_LONGEST_TOKEN = 16_000
_LONGEST_SUBJECT = 255
_KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}


@dataclass(frozen=True)
class Expected:
    """What a token has to agree with: who signs for whom, and which sign-in it answers."""

    provider: OidcProvider
    nonce: str
    access_token: str
    now: datetime


def subject_of(token: object, keys: Mapping[str, Any], expected: Expected) -> str:
    """Who it is, as the issuer knows them. Raises OidcRefused, and UnknownKey for a key we have not seen."""
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
        raise OidcRefused("no token")
    header, claims = _opened(token, _fitting(keys, expected.provider), expected.provider)
    _check_by_standard(header, claims, expected)
    _check_beyond(claims, expected)
    return str(claims["sub"])


class UnknownKey(OidcRefused):
    """Signed by a key that is not among those fetched: perhaps a new one."""


def _fitting(keys: Mapping[str, Any], provider: OidcProvider) -> KeySet:
    """Those that can make the one signature that we take, so that no key is used for another purpose."""
    listed = keys.get("keys")
    of_type = [
        one
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
        and one.get("kty") == _KEY_TYPES[provider.alg]
        and one.get("use", "sig") == "sig"
        and one.get("alg", provider.alg) == provider.alg
    ]
    try:
        return KeySet.import_key_set({"keys": of_type})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise OidcRefused("no keys") from error


def _opened(token: str, keys: KeySet, provider: OidcProvider) -> tuple[dict[str, Any], dict[str, Any]]:
    kid = _key_id(token)
    if kid is None and len(keys.keys) != 1:
        raise OidcRefused("no key is named")
    if kid is not None and kid not in {one.kid for one in keys.keys}:
        raise UnknownKey("a key that is not listed")
    try:
        opened = jwt.decode(token, keys, algorithms=[provider.alg])
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise OidcRefused("a signature that is not theirs") from error
    return dict(opened.header), dict(opened.claims)


def _key_id(token: str) -> str | None:
    from joserfc.jws import extract_compact

    try:
        kid = extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise OidcRefused("no token") from error
    return kid if isinstance(kid, str) else None


def _check_by_standard(header: dict[str, Any], claims: dict[str, Any], expected: Expected) -> None:
    provider = expected.provider
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "sub": {"essential": True},
        "aud": {"essential": True, "value": provider.client_id},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }
    params = {
        "nonce": expected.nonce,
        "client_id": provider.client_id,
        "access_token": expected.access_token,
    }
    read = CodeIDToken(claims, header, options=options, params=params)
    try:
        read.validate(now=int(expected.now.timestamp()), leeway=int(LEEWAY.total_seconds()))
    except (JoseError, ValueError, TypeError) as error:
        raise OidcRefused("a claim that does not fit") from error


def _check_beyond(claims: Mapping[str, Any], expected: Expected) -> None:
    """Said once more in our own words where everything hangs on it, and closed where the standard is open."""
    provider, now = expected.provider, expected.now.timestamp()
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    leeway = LEEWAY.total_seconds()
    facts = {
        "iss": claims["iss"] == provider.issuer,
        "aud": audience == [provider.client_id],
        "azp": claims.get("azp", provider.client_id) == provider.client_id,
        "sub": _is_subject(claims["sub"]),
        "nonce": compare_digest(str(claims.get("nonce")).encode(), expected.nonce.encode()),
        "exp": _is_number(claims["exp"]) and claims["exp"] > now - leeway,
        "iat": _is_number(claims["iat"])
        and now - OLDEST.total_seconds() - leeway < claims["iat"] < now + leeway,
    }
    wrong = [name for name, holds in facts.items() if not holds]
    if wrong:
        raise OidcRefused(f"claims that do not fit: {' '.join(wrong)}")


def _is_subject(value: object) -> bool:
    """At most 255 ASCII characters, case-sensitive (section 2)."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST_SUBJECT
        and value.isascii()
        and value.isprintable()
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
