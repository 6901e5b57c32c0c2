"""What auth/ and foundation/ hold about a person: for the export and the deletion (foundation/personal)."""

from auth.attempts import SigninAttempt
from auth.consents import Consent
from auth.people import Person, PersonRole
from auth.sessions import AuthSession
from auth.tokens import ApiToken
from foundation.audit import AuditEntry
from foundation.personal import explains, holds

SOMEBODY = "Somebody who left"
"""How a deleted person is called where a row has to name one."""
_TRAIL = "who did what is never changed (45 CFR 164.312(b)); it holds ids, and no words"

holds(
    Person,
    "id",
    title="You",
    shows=("name", "email", "phone", "timezone", "theme", "created_at"),
    keep="rows that stay have to name somebody; nothing in it says who that was",
    blank={"name": SOMEBODY, "phone": None},
)
holds(PersonRole, "person_id", title="What you are here", shows=("role",))
holds(
    AuthSession,
    "person_id",
    title="Where you are and were signed in",
    shows=("device", "opened_at", "seen_at", "closed_at"),
)
holds(
    ApiToken,
    "person_id",
    title="Programs that speak for you",
    shows=("label", "scope", "created_at", "last_used_at", "revoked_at"),
)
holds(
    SigninAttempt,
    "person_id",
    title="Sign-in codes and links",
    unshown="digests of codes that are good for ten minutes",
)
holds(
    Consent,
    "person_id",
    title="What you agreed to",
    shows=("kind", "detail", "given_at", "withdrawn_at"),
)
holds(AuditEntry, "actor_id", title="What you did", shows=("at", "action", "object_kind"), keep=_TRAIL)
holds(
    AuditEntry,
    "object_id",
    title="Who looked at you or changed something",
    shows=("at", "action", "actor_id"),
    keep=_TRAIL,
)
explains(AuditEntry, "request_id", "a number of one request, for finding it in the log")
