"""Signing in elsewhere: the authorization code flow with PKCE, through Authlib (R11 to R13).

We ask for `openid` and nothing else: no name, no address. An account is (issuer, subject).
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.discovery import get_well_known_url

from auth.oidc_refusal import OidcRefused, UnknownProvider
from auth.oidc_tokens import Expected, UnknownKey, subject_of
from auth.oidc_wire import Wire
from foundation.oidc_providers import OidcProvider
from foundation.secret import new_secret

ENTER, LINK = "oidc.enter", "oidc.link"
_KEEP = timedelta(hours=1)
_ASK_AGAIN = timedelta(minutes=1)
_BASIC, _POST = "client_secret_basic", "client_secret_post"


@dataclass(frozen=True)
class Leaving:
    """Where to send the browser. `state` finds the way back; `detail` is what only we remember."""

    address: str
    state: str
    detail: str


@dataclass(frozen=True)
class Returned:
    """What the browser brought back in the address (RFC 6749, section 4.1.2; RFC 9207)."""

    code: str
    issuer: str | None


@dataclass
class _Known:
    """What a provider says about itself, and its keys, as fetched at a moment."""

    metadata: dict[str, Any]
    at: datetime
    keys: dict[str, Any] = field(default_factory=dict)
    keys_at: datetime | None = None


class Elsewhere:
    """The providers of this installation. Asks them over the network: never inside a transaction."""

    def __init__(self, providers: tuple[OidcProvider, ...], origin: str) -> None:
        self.providers = providers
        self._origin = origin
        self._known: dict[str, _Known] = {}

    def find(self, name: str) -> OidcProvider:
        """Raises UnknownProvider."""
        found = next((one for one in self.providers if one.name == name), None)
        if found is None:
            raise UnknownProvider
        return found

    def leave_for(self, provider: OidcProvider, *, now: datetime) -> Leaving:
        """The first half. Raises OidcRefused when the provider cannot be asked."""
        known = self._about(provider, now)
        nonce, verifier = new_secret(), new_secret() + new_secret()
        client = self._client(provider, known)
        address, state = client.create_authorization_url(
            known.metadata["authorization_endpoint"], state=new_secret(), nonce=nonce, code_verifier=verifier
        )
        detail = json.dumps({"provider": provider.name, "nonce": nonce, "verifier": verifier})
        return Leaving(address, state, detail)

    def come_back(self, provider: OidcProvider, detail: str, back: Returned, *, now: datetime) -> str:
        """The second half: who it is there. `detail` is that of the ceremony. Raises OidcRefused."""
        begun, known = json.loads(detail), self._about(provider, now)
        _check_issuer(provider, known, back, begun)
        token = self._exchange(provider, known, back.code, begun["verifier"])
        expected = Expected(provider, begun["nonce"], str(token.get("access_token") or ""), now)
        try:
            return subject_of(token.get("id_token"), self._keys(provider, known, now), expected)
        except UnknownKey:
            return subject_of(token.get("id_token"), self._keys(provider, known, now, anew=True), expected)

    def address_back(self, provider: OidcProvider) -> str:
        """Each provider has its own, so that one cannot answer for another (RFC 9700, section 4.4)."""
        return f"{self._origin}/sign-in/with/{provider.name}/back"

    def _client(self, provider: OidcProvider, known: _Known) -> OAuth2Client:
        methods = known.metadata.get("token_endpoint_auth_methods_supported") or [_BASIC]
        client = OAuth2Client(
            Wire(provider),
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            token_endpoint_auth_method=_BASIC if _BASIC in methods else _POST,
            scope="openid",
            redirect_uri=self.address_back(provider),
            code_challenge_method="S256",
        )
        client.register_client_auth_method((_BASIC, _say_who_we_are))
        return client

    def _exchange(self, provider: OidcProvider, known: _Known, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            return dict(
                self._client(provider, known).fetch_token(
                    known.metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=self.address_back(provider),
                )
            )
        except (AuthlibBaseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise OidcRefused("no token for the code") from error

    def _about(self, provider: OidcProvider, now: datetime) -> _Known:
        """What it says about itself, asked once an hour; it has to be who it says (Discovery, 4.3)."""
        known = self._known.get(provider.name)
        if known is None or now - known.at >= _KEEP:
            said = Wire(provider).get_object(get_well_known_url(provider.issuer, external=True))
            _check_metadata(provider, said)
            known = self._known[provider.name] = _Known(said, now)
        return known

    def _keys(
        self, provider: OidcProvider, known: _Known, now: datetime, *, anew: bool = False
    ) -> dict[str, Any]:
        """Its public keys. `anew`: a token names one that we have not seen; asked once a minute at most."""
        wait = _ASK_AGAIN if anew else _KEEP
        if known.keys_at is None or now - known.keys_at >= wait:
            known.keys, known.keys_at = Wire(provider).get_object(known.metadata["jwks_uri"]), now
        return known.keys


def _say_who_we_are(
    client: Any, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Name and secret encoded first, as RFC 6749, section 2.3.1, wants it and Authlib leaves to others."""
    both = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
    return uri, headers, body


def _check_metadata(provider: OidcProvider, said: Mapping[str, Any]) -> None:
    if said.get("issuer") != provider.issuer:
        raise OidcRefused("it says that it is somebody else")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        url = said.get(name)
        if not isinstance(url, str) or not provider.may_be_asked(url):
            raise OidcRefused(f"no usable {name}")


def _check_issuer(provider: OidcProvider, known: _Known, back: Returned, begun: Mapping[str, Any]) -> None:
    """`iss` in the address, where it is there or was promised, and the provider that was left for (R13)."""
    is_promised = known.metadata.get("authorization_response_iss_parameter_supported") is True
    if begun.get("provider") != provider.name or not back.code:
        raise OidcRefused("the way back of another sign-in")
    if back.issuer != provider.issuer and (is_promised or back.issuer is not None):
        raise OidcRefused("another issuer in the address")
