"""What `evenside doctor` says of how a room is told here."""

from cli.findings import GOOD, NOTE, Finding
from realtime.ring import NoRing, Ring


def rooms() -> Finding:
    """As this process would choose; the web processes choose for themselves, under limits of their own."""
    try:
        Ring().close()
    except NoRing as why:
        return Finding(
            NOTE,
            f"A room is told with one system call for each socket, for io_uring cannot be used here ({why})."
            " It works as well, and costs the processor a little more.",
        )
    return Finding(GOOD, "A room is told with one system call for all its sockets (io_uring).")
