"""What goes to a push service: words that only the device can read, and a signature that says who sends them.

RFC 8291 (message encryption, on RFC 8188's aes128gcm) and RFC 8292 (VAPID). Pure.
"""

import os
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from foundation.push_key import PushKey
from scheduling.reminder_devices import PushAddress

GOOD_FOR = timedelta(hours=12)
"""Of a signature; RFC 8292 allows a day."""
PADDED_TO = 600
"""Every message is as long as every other, so that its length says nothing."""

_SALT, _RECORD, _SECRET = 16, 4096, 16
_LAST_RECORD = b"\x02"


class UnusableDevice(ValueError):
    """The keys that the browser gave are none."""


def seal(
    words: bytes,
    address: PushAddress,
    *,
    salt: bytes | None = None,
    ours: EllipticCurvePrivateKey | None = None,
    padded_to: int = PADDED_TO,
) -> bytes:
    """One aes128gcm record with its header; `salt` and `ours` are fresh. Raises UnusableDevice."""
    salt, ours = salt or os.urandom(_SALT), ours or generate_private_key(SECP256R1())
    theirs, secret = _keys(address)
    our_point = _point(ours.public_key())
    info = b"WebPush: info\x00" + _point(theirs) + our_point
    shared = _derive(ours.exchange(ECDH(), theirs), secret, info, 32)
    key = _derive(shared, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(shared, salt, b"Content-Encoding: nonce\x00", 12)
    record = (words + _LAST_RECORD).ljust(padded_to, b"\x00")
    header = salt + _RECORD.to_bytes(4, "big") + bytes([len(our_point)]) + our_point
    return header + AESGCM(key).encrypt(nonce, record, None)


def vapid(key: PushKey, endpoint: str, now: datetime) -> str:
    """The Authorization header: who sends, to which service, and until when it holds."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + GOOD_FOR).timestamp()),
        "sub": key.contact,
    }
    signing = ECKey.import_key(key.private)
    token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, signing, algorithms=["ES256"])
    return f"vapid t={token}, k={key.public}"


def from_text(text: str) -> bytes:
    """Of base64url without padding, as everything here is written. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _keys(address: PushAddress) -> tuple[EllipticCurvePublicKey, bytes]:
    try:
        secret = from_text(address.auth)
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), from_text(address.p256dh))
    except ValueError as error:
        raise UnusableDevice("no point of P-256") from error
    if len(secret) != _SECRET:
        raise UnusableDevice("no secret of 16 bytes")
    return point, secret


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)


def _point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
