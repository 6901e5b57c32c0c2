"""A passkey device in software: makes key pairs and answers challenges as a browser would hand them over."""

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

_PRESENT, _VERIFIED, _NEW_KEY = 0x01, 0x04, 0x40
_Answer = dict[str, Any]


@dataclass
class Authenticator:
    """One passkey for one site. Its fields can be bent to tell what is refused."""

    origin: str = "https://meet.example.org"
    verifies: bool = True
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(32))
    owner: bytes | None = None
    used: int = 0

    def create(self, options: str) -> str:
        """What `navigator.credentials.create` gives for these options, as JSON."""
        asked = json.loads(options)
        self.owner = base64url_to_bytes(asked["user"]["id"])
        data = self._data(asked["rp"]["id"], new=True)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said(
            clientDataJSON=self._client_data("webauthn.create", asked["challenge"]),
            attestationObject=attestation,
        )

    def get(self, options: str, **bent: bytes) -> str:
        """What `navigator.credentials.get` gives. `bent` replaces parts of it."""
        asked = json.loads(options)
        self.used += 1
        client_data = self._client_data("webauthn.get", asked["challenge"])
        data = self._data(asked["rpId"])
        signed = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client_data, "authenticatorData": data, "signature": signed}
        return self._said(**{**parts, "userHandle": self.owner or b"", **bent})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, party: str, *, new: bool = False) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies else 0) | (_NEW_KEY if new else 0)
        head = hashlib.sha256(party.encode()).digest() + bytes([flags])
        head += struct.pack(">I", self.used if self.counts else 0)
        return head + self._credential() if new else head

    def _credential(self) -> bytes:
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        return bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(cose)

    def _said(self, **response: bytes) -> str:
        written = {name: bytes_to_base64url(value) for name, value in response.items() if value}
        own = bytes_to_base64url(self.id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": written})
