"""The time zones that a person can choose."""

from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

FIRST_REGIONS = (
    "America",
    "Pacific",
    "Europe",
    "Africa",
    "Asia",
    "Australia",
    "Atlantic",
    "Indian",
    "Arctic",
    "Antarctica",
)
COMMON = (
    "America/Los_Angeles", "America/Denver", "America/Phoenix", "America/Chicago", "America/New_York",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico",
)  # fmt: skip


@cache
def zone_names() -> frozenset[str]:
    """The IANA zones of the tzdata package, so that every machine agrees on them."""
    listed = resources.files("tzdata").joinpath("zones").read_text().split()
    return frozenset(listed)


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone written as a place (or UTC)."""
    region, slash, _place = name.partition("/")
    return name == "UTC" or (bool(slash) and region in FIRST_REGIONS and name in zone_names())


def find_zone(name: str) -> ZoneInfo:
    """The zone called `name`; the caller has checked it with `is_zone`."""
    return ZoneInfo(name)


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every zone for a select, in groups: the usual ones first, then by part of the world."""
    places = sorted(name for name in zone_names() if is_zone(name) and name != "UTC")
    groups = [("In the United States", [(name, _label(name)) for name in COMMON])]
    for region in FIRST_REGIONS:
        inside = [(name, _label(name)) for name in places if name.startswith(f"{region}/")]
        groups.append((region, inside))
    return [*groups, ("Other", [("UTC", "UTC")])]


def _label(name: str) -> str:
    return name.split("/", 1)[1].replace("_", " ").replace("/", ", ")
