"""That a member said they will come: one word, for one revision of an appointment."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation import audit
from foundation.columns import UtcDateTime
from foundation.database import Base
from foundation.personal import holds
from scheduling.appointment_records import Appointment, Status
from scheduling.approval import NotPending
from scheduling.rebooking import locked
from scheduling.refusals import Stale


class AppointmentConfirmation(Base):
    """Said of `revision`: after a move nobody has said it yet."""

    __tablename__ = "appointment_confirmation"

    appointment_id: Mapped[str] = mapped_column(
        ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int]
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)


holds(
    AppointmentConfirmation,
    "appointment_id",
    parent=Appointment,
    title="Appointments that you said yes to",
    shows=("confirmed_at",),
)


def confirm(session: Session, appointment_id: str, *, revision: int, by: str, now: datetime) -> None:
    """They will be there. Said again it changes nothing.

    Raises UnknownAppointment, AlreadyCancelled, AlreadyOver; Stale when it was moved since they looked;
    NotPending while the practitioner has yet to answer.
    """
    appointment = locked(session, appointment_id, now)
    if appointment.revision != revision:
        raise Stale
    if appointment.status != Status.BOOKED:
        raise NotPending("It is not certain yet. You hear by mail once it is.")
    if confirmed_at(session, appointment) is not None:
        return
    row = session.get(AppointmentConfirmation, appointment_id)
    row = row or AppointmentConfirmation(appointment_id=appointment_id)
    row.revision, row.confirmed_at = revision, now
    session.add(row)
    session.flush()
    audit.record(
        session, actor=by, action="appointment.confirm", kind="appointment", object_id=appointment_id,
        now=now, detail={"revision": revision},
    )  # fmt: skip


def confirmed_at(session: Session, appointment: Appointment) -> datetime | None:
    """When the member said that they will come to it as it is now."""
    row = session.get(AppointmentConfirmation, appointment.id)
    return row.confirmed_at if row is not None and row.revision == appointment.revision else None
