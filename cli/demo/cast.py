"""Who is in the demo clinic."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from auth.people import Person, Role, add_person
from safety.crisis_contact import CrisisContact, leave_contact
from safety.oncall import add_shift

FIRST = (
    *("Alma", "Ben", "Carla", "Derek", "Elena", "Femi", "Grace", "Hugo", "Imani", "Joel", "Keiko", "Luis"),
    *("Marta", "Noah", "Olive", "Pavel", "Quinn", "Rosa", "Sam", "Tariq", "Uma", "Victor", "Wendy", "Yara"),
)
LAST = (
    *("Abbott", "Brandt", "Castillo", "Dawes", "Ekwueme", "Farrow", "Grant", "Hollis", "Ibarra", "Jansen"),
    *("Kaur", "Lowell", "Mercer", "Novak", "Okafor", "Pruitt", "Quiroga", "Reyes", "Sandoval", "Thorne"),
)
ZONES = (
    *("America/Los_Angeles", "America/Chicago", "America/New_York", "America/Denver", "America/Phoenix"),
    *("Pacific/Honolulu", "Europe/London", "Asia/Kolkata", "Australia/Sydney"),
)
SHIFT = timedelta(days=28)


@dataclass
class Clinic:
    """What the demo is made with, and who is in it so far."""

    session: Session
    chance: Random
    now: datetime
    staff: dict[str, Person] = field(default_factory=dict)
    members: list[Person] = field(default_factory=list)

    @property
    def therapists(self) -> list[Person]:
        return [self.staff[name] for name in ("dana", "ines", "teodor")]


def add_staff(clinic: Clinic) -> None:
    """Three therapists in three zones, a moderator, and a coordinator who is on call."""
    therapist, moderator = Role.PRACTITIONER, Role.MODERATOR
    _join(clinic, "Dana Whitlock", "America/Los_Angeles", therapist)
    _join(clinic, "Inés Carrasco", "America/New_York", therapist, moderator)
    _join(clinic, "Teodor Marsh", "America/Chicago", therapist, moderator)
    _join(clinic, "Jonah Pell", "America/Los_Angeles", moderator)
    _join(clinic, "Ruth Abelson", "America/Los_Angeles", Role.COORDINATOR)
    starts_at = clinic.now - timedelta(days=1)
    add_shift(
        clinic.session, person_id=clinic.staff["ruth"].id, starts_at=starts_at, ends_at=starts_at + SHIFT
    )


def add_members(clinic: Clinic, count: int) -> None:
    """Members in nine zones; the first is always Alma Abbott in Chicago, whom a walk-through can name."""
    names = [f"{first} {last}" for first in FIRST for last in LAST][1:]
    clinic.chance.shuffle(names)
    _admit(clinic, "Alma Abbott", "alma@mail.example", "America/Chicago")
    june = CrisisContact(name="June", name_phone="+13125550142")
    leave_contact(clinic.session, clinic.members[0].id, june, now=clinic.now)
    for number, name in enumerate(names[: count - 1], start=1):
        address = f"{name.lower().replace(' ', '.')}@mail.example"
        _admit(clinic, name, address, ZONES[number % len(ZONES)])


def _join(clinic: Clinic, name: str, zone: str, *roles: Role) -> None:
    short = name.split(maxsplit=1)[0].lower().replace("é", "e")
    email = f"{short}@clinic.example"
    clinic.staff[short] = add_person(
        clinic.session, email=email, name=name, roles=roles, timezone=zone, now=clinic.now
    )


def _admit(clinic: Clinic, name: str, email: str, zone: str) -> None:
    roles = [Role.MEMBER]
    member = add_person(clinic.session, email=email, name=name, roles=roles, timezone=zone, now=clinic.now)
    clinic.members.append(member)
