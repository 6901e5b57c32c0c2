"""Answers that calendar programs send to an invitation, as mails."""

from email.message import EmailMessage

REPLY = (
    "BEGIN:VCALENDAR\r\nPRODID:-//Somebody//Else//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
    "UID:{uid}\r\nDTSTAMP:20261127T200000Z\r\nSEQUENCE:{sequence}\r\n{recurrence}"
    "ORGANIZER:mailto:no-reply@localhost\r\n"
    'ATTENDEE;CN="Some; body:";PARTSTAT={answer}:MAILTO:{attendee}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
)


def an_answer(
    sender: str,
    uid: str,
    answer: str = "ACCEPTED",
    *,
    attendee: str = "",
    sequence: int = 0,
    recurrence: str = "",
    note: str = "",
) -> bytes:
    """From the attendee's own address, unless said otherwise."""
    told = {"uid": uid, "sequence": sequence, "answer": answer, "attendee": attendee or sender}
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Somebody <{sender}>", "no-reply@localhost", "Accepted: it"
    mail.set_content(f"An answer. {note}")
    mail.add_alternative(
        REPLY.format(recurrence=recurrence, **told), subtype="calendar", params={"method": "REPLY"}
    )
    return mail.as_bytes()
