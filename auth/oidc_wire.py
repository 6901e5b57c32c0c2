"""Asking a provider over HTTP: bounded, in time, never led elsewhere."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from auth.oidc_refusal import OidcRefused
from foundation.oidc_providers import OidcProvider

_MOST_BYTES = 256 * 1024
_PATIENCE = Timeout(connect=5, read=8)
_OK = 200
_OURS = 500
_pool = PoolManager(num_pools=8, maxsize=2, retries=False, timeout=_PATIENCE)


class Answer:
    """What came back, in the shape that Authlib's client reads."""

    def __init__(self, status_code: int, body: bytes) -> None:
        self.status_code, self._body = status_code, body

    def json(self) -> Any:
        """Raises ValueError."""
        return json.loads(self._body)

    def raise_for_status(self) -> NoReturn:
        raise OidcRefused(f"answered {self.status_code}")


class Wire:
    """One provider's addresses, and no others. Every trouble is OidcRefused."""

    def __init__(self, provider: OidcProvider) -> None:
        self._provider = provider

    def get_object(self, url: object) -> dict[str, Any]:
        """A JSON object."""
        answer = self._ask("GET", url, {"Accept": "application/json"}, None)
        try:
            found = answer.json()
        except (ValueError, RecursionError) as error:
            raise OidcRefused("no JSON") from error
        if answer.status_code != _OK or not isinstance(found, dict):
            raise OidcRefused(f"answered {answer.status_code} or no object")
        return found

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Answer:
        """As Authlib's OAuth2Client asks for a token: `auth` puts in who we are."""
        from urllib.parse import urlencode

        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._ask("POST", url, sent, body)

    def _ask(self, method: str, url: object, headers: Mapping[str, str], body: str | None) -> Answer:
        if not isinstance(url, str) or not self._provider.may_be_asked(url):
            raise OidcRefused("an address that may not be asked")
        try:
            got = _pool.request(
                method, url, headers=dict(headers), body=body, redirect=False, preload_content=False
            )
            content = got.read(_MOST_BYTES + 1, decode_content=False)
            got.close()
        except (HTTPError, OSError, ValueError) as error:
            raise OidcRefused("no answer") from error
        if len(content) > _MOST_BYTES or got.status >= _OURS:
            raise OidcRefused("too much, or broken")
        return Answer(got.status, content)
