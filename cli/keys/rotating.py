"""A new key for the house and for each person; and an end to old ones that nothing needs any more."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from cli.keys.resealing import names_in_use, reseal_everything
from foundation.audit import record
from foundation.database import Database
from foundation.key_file import KEY_BYTES, HouseKeys, read_key_file, write_key_file
from foundation.keyring import KEYRING
from foundation.person_keys import PersonKey, make_key
from foundation.sealing import key_name, name_of

_ROUNDS = 3


@dataclass(frozen=True)
class Rotated:
    """Values sealed anew; people who got a new key; values that something still wrote with an old one."""

    values: int
    people: int
    late: int


def rotate(database: Database, file: Path, *, now: datetime) -> Rotated:
    """Other processes find the new key in `file` when they meet the first value of it.

    Raises SealBroken when something does not open at all, and OSError; run it again then: nothing is lost.
    """
    before = read_key_file(file)
    keys = HouseKeys(os.urandom(KEY_BYTES), before.all, before.index)
    write_key_file(file, keys)
    KEYRING.install(keys, file)
    with database.write() as session:
        people = _new_keys(session, now)
        record(session, actor=None, action="keys.rotated", kind="house", object_id="house", now=now)
    counts = [reseal_everything(database, now=now) for _ in range(_ROUNDS)]
    return Rotated(sum(counts), people, counts[-1])


def _new_keys(session: Session, now: datetime) -> int:
    """Old ones stay, sealed anew, for what they sealed and for backups."""
    owners = set()
    columns = PersonKey.id, PersonKey.owner_id, PersonKey.wrapped
    for one, owner, wrapped in session.execute(select(*columns)).all():
        again = KEYRING.rewrap(wrapped, bytes.fromhex(one))
        session.execute(update(PersonKey).where(PersonKey.id == one).values(wrapped=again))
        owners.add(owner)
    for owner in sorted(owners):
        make_key(session.connection(), owner, now=now)
    return len(owners)


def forget(database: Database, file: Path, *, now: datetime) -> tuple[int, int]:
    """Destroy keys that nothing here is sealed with; older backups do not open any more.

    Returns how many of the house's and of people's.
    """
    used = set(names_in_use(database))
    with database.write() as session:
        people = _drop_people(session, used)
        wrapping = {key_name(bytes(one)) for one in session.scalars(select(PersonKey.wrapped))}
        record(session, actor=None, action="keys.forgotten", kind="house", object_id="house", now=now)
    keys = read_key_file(file)
    kept = tuple(key for key in keys.older if name_of(key) in used | wrapping or None in used)
    write_key_file(file, HouseKeys(keys.newest, kept, keys.index))
    return len(keys.older) - len(kept), people


def _drop_people(session: Session, used: set[bytes | None]) -> int:
    newest: dict[str, str] = {}
    in_order = select(PersonKey.id, PersonKey.owner_id).order_by(PersonKey.created_at, PersonKey.id.desc())
    rows = session.execute(in_order).all()
    for one, owner in rows:
        newest[owner] = one
    idle = [one for one, owner in rows if newest[owner] != one and bytes.fromhex(one) not in used]
    session.execute(delete(PersonKey).where(PersonKey.id.in_(idle)))
    KEYRING.forget([bytes.fromhex(one) for one in idle])
    return len(idle)
