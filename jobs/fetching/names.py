"""From a host name to the addresses that will be connected to: all of them public, or none is used.

The name is resolved once for each request, and the connection goes to what was looked at: a name that is
turned against us between the look and the connection is never asked again.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from foundation.reach import Reach
from jobs.fetching.failures import NotFetched
from scheduling.calendars.importing.addresses import is_public

Resolve = Callable[[str, int], Sequence[str]]
_MOST_ADDRESSES = 4


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of the name, as the machine's resolver has it. Raises OSError."""
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def public_addresses(host: str, port: int, reach: Reach, ask: Resolve = resolve) -> Sequence[str]:
    """Where to connect. Raises NotFetched when the name is unknown, or one of its addresses is not public."""
    try:
        found = reach.names.get(host) or ask(host.strip("[]"), port)
    except (OSError, UnicodeError) as error:
        raise NotFetched("the name in its address is not known") from error
    unique = list(dict.fromkeys(found))
    if not unique:
        raise NotFetched("the name in its address is not known")
    if not all(is_public(one) or _is_also(one, reach) for one in unique):
        raise NotFetched("its address leads into a private network", lasting=True)
    return unique[:_MOST_ADDRESSES]


def _is_also(address: str, reach: Reach) -> bool:
    if not reach.also:
        return False
    found = ip_address(address.partition("%")[0])
    return any(found in network for network in reach.also if network.version == found.version)
