"""The key that our pushes are signed with (VAPID, RFC 8292), and whom push services may ask. Pure."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True)
class PushKey:
    """`secret` is a number of P-256 as 32 bytes; `contact` is a mailto: or https: address of the operator."""

    contact: str
    secret: bytes = field(repr=False)

    @property
    def private(self) -> EllipticCurvePrivateKey:
        return derive_private_key(int.from_bytes(self.secret, "big"), SECP256R1())

    @property
    def public(self) -> str:
        """The uncompressed point in base64url, as browsers take an applicationServerKey."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).rstrip(b"=").decode()


def is_contact(text: str) -> bool:
    """Whether push services take it (RFC 8292, section 2.1)."""
    parts = urlsplit(text)
    return (parts.scheme == "mailto" and "@" in parts.path) or (
        parts.scheme == "https" and bool(parts.netloc)
    )
