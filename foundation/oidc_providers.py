"""Who else may say who somebody is: read from EVENSIDE_OIDC_<NAME>_* and checked at the start. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from foundation.called_address import LOOPBACK

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
"""Signatures that only the issuer can make; a shared secret or none at all is never taken."""
_PARTS = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL", "ALG")
_SETTING = re.compile(rf"EVENSIDE_OIDC_([A-Z][A-Z0-9_]{{0,29}}?)_({'|'.join(_PARTS)})(_FILE)?")
_LONGEST_ISSUER = 300


@dataclass(frozen=True)
class OidcProvider:
    """`name` stands in our addresses, `label` on the button. `alg` is the one signature that is taken."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    alg: str = "RS256"

    @property
    def is_here(self) -> bool:
        """On this machine itself, over http: for trying things out."""
        return urlsplit(self.issuer).scheme == "http"

    def may_be_asked(self, url: str) -> bool:
        """Whether an address of the provider's own may be called: https, as the issuer's is."""
        parts = urlsplit(url)
        is_here = self.is_here and parts.scheme == "http" and parts.hostname in LOOPBACK
        return bool(parts.hostname) and not parts.username and (parts.scheme == "https" or is_here)


def is_oidc_setting(name: str) -> bool:
    return _SETTING.fullmatch(name) is not None


def read_providers(
    names: Iterable[str], get: Callable[[str], str], problems: list[str]
) -> tuple[OidcProvider, ...]:
    """All that the settings name, by name; what is wrong with one is added to `problems`."""
    found = {match[1] for name in names if (match := _SETTING.fullmatch(name))}
    return tuple(_read(name, get, problems) for name in sorted(found))


def _read(name: str, get: Callable[[str], str], problems: list[str]) -> OidcProvider:
    issuer, client_id, secret, label, alg = (get(f"OIDC_{name}_{part}") for part in _PARTS)
    provider = OidcProvider(
        name=name.lower().replace("_", "-"),
        issuer=issuer,
        client_id=client_id,
        client_secret=secret,
        label=label or name.replace("_", " ").title(),
        alg=alg or "RS256",
    )
    if not (issuer and client_id and secret):
        problems.append(f"EVENSIDE_OIDC_{name} needs all three: _ISSUER, _CLIENT_ID and _CLIENT_SECRET.")
    elif not _is_issuer(provider):
        problems.append(f"EVENSIDE_OIDC_{name}_ISSUER must be like https://login.example.org.")
    if provider.alg not in ALGORITHMS:
        problems.append(f"EVENSIDE_OIDC_{name}_ALG is one of {', '.join(ALGORITHMS)}.")
    return provider


def _is_issuer(provider: OidcProvider) -> bool:
    """As OpenID Connect Discovery 1.0, section 3, has it."""
    parts = urlsplit(provider.issuer)
    is_plain = not (parts.query or parts.fragment) and len(provider.issuer) <= _LONGEST_ISSUER
    return is_plain and provider.may_be_asked(provider.issuer)
