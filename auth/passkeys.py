"""Passkeys (WebAuthn level 3): a device that knows its owner answers a challenge that is good once.

Each is asked to make sure of the person too (a finger, a face, a number): two factors by itself (R8).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any, ClassVar

from cbor2 import CBORError
from cryptography.exceptions import InvalidSignature
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from auth.ceremonies import Ceremony, begin_ceremony, finish_ceremony, is_begun
from auth.passkey_records import Passkey, find_passkey, keep_passkey, passkeys_of
from auth.people import Person, find_person
from foundation.errors import DomainError

ADD, ENTER, PROVE = "passkey.add", "passkey.enter", "passkey.prove"
_NAME = "Evenside"
_LONGEST_ANSWER = 16_000
_SURE = UserVerificationRequirement.REQUIRED
_UNREADABLE = (
    WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError,
    InvalidSignature, CBORError,
)  # fmt: skip
"""What the library lets through from what it reads; none of it is ours to explain to whoever sent it."""


class PasskeyRefused(DomainError):
    """Too late, used before, another browser's, not ours, or not made sure of its owner: all one answer."""

    code: ClassVar[str] = "passkey_refused"
    default: ClassVar[str] = "That passkey did not work here. Try again, or use another way."


@dataclass(frozen=True)
class RelyingParty:
    """Who asks: `id` is our host name, which a passkey is bound to, and `origin` the address of our pages."""

    id: str
    origin: str

    @property
    def can_ask(self) -> bool:
        """Browsers keep passkeys for names only: an installation without one has none (level 3, 5.1.2)."""
        try:
            ip_address(self.id.strip("[]"))
        except ValueError:
            return True
        return False


def challenge_to_add(
    session: Session, person_id: str, party: RelyingParty, *, binding: str, now: datetime
) -> str:
    """What `navigator.credentials.create` takes, as JSON; for this person, in this browser."""
    person = find_person(session, person_id)
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=_NAME,
        user_id=person.id.encode(),
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=_SURE
        ),
        exclude_credentials=_named(passkeys_of(session, person_id)),
    )
    _begin(session, ADD, options.challenge, binding, now, person_id)
    return options_to_json(options)


def add_passkey(
    session: Session,
    person_id: str,
    answer: str,
    party: RelyingParty,
    *,
    label: str,
    binding: str | None,
    now: datetime,
) -> Passkey:
    """Keep a new one that answers a challenge made for this person (R9). Raises PasskeyRefused."""
    try:
        credential = parse_registration_credential_json(_bounded(answer))
        ceremony = _finish(session, ADD, credential.response.client_data_json, binding, now)
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(ceremony.detail or ""),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _UNREADABLE as error:
        raise PasskeyRefused from error
    if ceremony.person_id != person_id or find_passkey(session, bytes_to_base64url(made.credential_id)):
        raise PasskeyRefused
    return keep_passkey(
        session,
        person_id=person_id,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        synced=made.credential_backed_up,
        transports=[one.value for one in credential.response.transports or []],
        label=label,
        now=now,
    )


def challenge_to_enter(session: Session, party: RelyingParty, *, binding: str, now: datetime) -> str:
    """What `navigator.credentials.get` takes from somebody whom we do not know yet."""
    return _challenge(session, ENTER, party, (), binding, now, None)


def challenge_to_prove(
    session: Session, person_id: str, party: RelyingParty, *, binding: str, now: datetime
) -> str:
    """The same for somebody known, who may use one of their own."""
    return _challenge(session, PROVE, party, passkeys_of(session, person_id), binding, now, person_id)


def require_challenge(
    session: Session, purpose: str, answer: str, *, binding: str | None, now: datetime
) -> None:
    """Only looks, so that an answer to no open challenge writes nothing. Raises PasskeyRefused."""
    try:
        credential = parse_authentication_credential_json(_bounded(answer))
        secret = _challenge_in(credential.response.client_data_json)
    except _UNREADABLE as error:
        raise PasskeyRefused from error
    if not is_begun(session, purpose, secret, binding=binding, now=now):
        raise PasskeyRefused


def use_passkey(
    session: Session, purpose: str, answer: str, party: RelyingParty, *, binding: str | None, now: datetime
) -> Person:
    """Whose passkey answered the challenge for `purpose`. Raises PasskeyRefused."""
    try:
        credential = parse_authentication_credential_json(_bounded(answer))
        ceremony = _finish(session, purpose, credential.response.client_data_json, binding, now)
        passkey = find_passkey(session, credential.id, locked=True)
        if passkey is None or not _is_meant(passkey, ceremony, credential):
            raise PasskeyRefused
        seen = _verify(credential, ceremony, party, passkey)
    except _UNREADABLE as error:
        raise PasskeyRefused from error
    passkey.sign_count, passkey.last_used_at = seen.new_sign_count, now
    person = find_person(session, passkey.person_id)
    if person.departed_at is not None:
        raise PasskeyRefused
    return person


def _is_meant(passkey: Passkey, ceremony: Ceremony, credential: AuthenticationCredential) -> bool:
    """It is the person's whom we asked, and says itself whose it is, where it does."""
    said = credential.response.user_handle
    asked = ceremony.person_id in {None, passkey.person_id}
    return asked and said in {None, b"", passkey.person_id.encode()}


def _verify(
    credential: AuthenticationCredential, ceremony: Ceremony, party: RelyingParty, passkey: Passkey
) -> VerifiedAuthentication:
    return verify_authentication_response(
        credential=credential,
        expected_challenge=base64url_to_bytes(ceremony.detail or ""),
        expected_rp_id=party.id,
        expected_origin=party.origin,
        credential_public_key=passkey.public_key,
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=True,
    )


def _challenge(
    session: Session,
    purpose: str,
    party: RelyingParty,
    allowed: Iterable[Passkey],
    binding: str,
    now: datetime,
    person_id: str | None,
) -> str:
    options = generate_authentication_options(
        rp_id=party.id, allow_credentials=_named(allowed), user_verification=_SURE
    )
    _begin(session, purpose, options.challenge, binding, now, person_id)
    return options_to_json(options)


def _begin(
    session: Session, purpose: str, challenge: bytes, binding: str, now: datetime, person_id: str | None
) -> None:
    secret = bytes_to_base64url(challenge)
    begin_ceremony(session, purpose, secret, binding=binding, now=now, person_id=person_id, detail=secret)


def _finish(
    session: Session, purpose: str, client_data: bytes, binding: str | None, now: datetime
) -> Ceremony:
    """The ceremony whose challenge was answered. A refusal, rolled back, leaves it open until it is over."""
    secret = _challenge_in(client_data)
    found = finish_ceremony(session, purpose, secret, binding=binding, now=now)
    if found is None:
        raise PasskeyRefused
    return found


def _challenge_in(client_data: bytes) -> str:
    return bytes_to_base64url(parse_client_data_json(client_data).challenge)


def _named(passkeys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential_id),
            transports=[AuthenticatorTransport(name) for name in one.transports],
        )
        for one in passkeys
    ]


def _bounded(answer: Any) -> str:
    if not isinstance(answer, str) or len(answer) > _LONGEST_ANSWER:
        raise PasskeyRefused
    return answer
