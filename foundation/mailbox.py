"""Where answers to invitations come in, if a clinic reads them: checked when the house starts. Pure."""

from urllib.parse import urlsplit

from foundation.called_address import LOOPBACK


def read_mailbox(url: str, problems: list[str]) -> str | None:
    """The address, unchanged; what is wrong is added to `problems`."""
    if not url:
        return None
    parts = urlsplit(url)
    is_folder = parts.scheme == "maildir" and parts.path.startswith("/") and not parts.netloc
    is_server = parts.scheme == "imaps" or (parts.scheme == "imap" and parts.hostname in LOOPBACK)
    if not is_folder and not (is_server and parts.hostname and parts.username):
        problems.append(
            "EVENSIDE_REPLIES_URL must be like imaps://user:password@mail.example.org/INBOX or "
            "maildir:///var/mail/evenside; without encryption only on this machine itself."
        )
    return url
