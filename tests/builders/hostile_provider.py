"""An OpenID provider of our own that tells the truth, or whatever a story wants it to lie about."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from foundation.oidc_providers import OidcProvider

CLIENT, SECRET = "evenside", "a-secret-of-the-client-that-is-long-enough"
GENUINE = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
FORGED = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
Claims = dict[str, Any]


@dataclass
class Provider:
    """`claims` bends what a token says, `sign` how it is signed, `metadata` what the provider says of itself.

    `asked` are the authorization requests, `redeemed` the token requests, as they came.
    """

    port: int = 0
    claims: Callable[[Claims], Claims] = lambda said: said
    sign: Callable[[Claims], str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=lambda: [GENUINE])
    answer: Callable[[dict[str, Any]], tuple[int, bytes]] | None = None
    callback: dict[str, str | None] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    redeemed: list[dict[str, str]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> OidcProvider:
        return OidcProvider("other", self.issuer, CLIENT, SECRET, "Other")

    def consents(self, address: str) -> str:
        """What a browser does that follows `address`: the path and query with which it is sent back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        self.asked.append(asked)
        back = {"code": "c0de", "state": asked["state"], "iss": self.issuer, **self.callback}
        told = "&".join(f"{name}={value}" for name, value in back.items() if value is not None)
        return f"{urlsplit(asked['redirect_uri']).path}?{told}"

    def says(self, path: str, sent: dict[str, str]) -> tuple[int, bytes]:
        if path.endswith("openid-configuration"):
            return 200, json.dumps(self._about()).encode()
        if path == "/keys":
            return 200, json.dumps({"keys": [one.as_dict(private=False) for one in self.keys]}).encode()
        self.redeemed.append(sent)
        told = {"access_token": "access", "token_type": "Bearer", "id_token": self._token()}
        return self.answer(told) if self.answer else (200, json.dumps(told).encode())

    def _about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.metadata,
        }

    def _token(self) -> str:
        now = int(NOW[0])
        said = {"iss": self.issuer, "sub": "248289761001", "aud": CLIENT, "exp": now + 300, "iat": now}
        bent = self.claims({**said, "nonce": self.asked[-1]["nonce"]})
        return self.sign(bent) if self.sign else signed(bent)


NOW = [time.time()]
"""The provider's own time; stories set it to that of the house."""


def signed(claims: Claims, key: Key = GENUINE, **header: Any) -> str:
    given = {"alg": "RS256", "kid": "one", **header}
    head = {name: value for name, value in given.items() if value is not None}
    return jwt.encode(head, claims, key, algorithms=[head["alg"]])


def unsigned(claims: Claims) -> str:
    """`alg: none`, and nothing after the last dot."""
    return f"{_part({'alg': 'none', 'kid': 'one'})}.{_part(claims)}."


def signed_with_what_is_public(claims: Claims) -> str:
    """HS256, keyed with the issuer's public key as everybody can fetch it (CVE-2015-9235)."""
    return _hmac_signed(claims, GENUINE.as_pem(private=False))


def signed_with_the_secret(claims: Claims) -> str:
    return _hmac_signed(claims, SECRET.encode())


def _hmac_signed(claims: Claims, key: bytes) -> str:
    """By hand: the library refuses to help with this."""
    said = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
    mark = hmac.digest(key, said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


def signed_with_a_key_of_its_own(claims: Claims) -> str:
    """The key comes along in the header, and fits."""
    return signed(claims, FORGED, jwk=FORGED.as_dict(private=False))


def half_hash(text: str) -> str:
    """`at_hash` for SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).decode().rstrip("=")


def _part(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


@contextmanager
def a_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, sent: dict[str, str]) -> None:
            status, content = provider.says(urlsplit(self.path).path, sent)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", content.decode())
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


FREE = RSAKey.import_key(
    {name: value for name, value in GENUINE.as_dict(private=True).items() if name != "alg"}
)
"""The genuine key, where nothing says what it is for."""
ANOTHER_CURVE = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
