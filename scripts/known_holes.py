"""What pip-audit wrote, told in a line: `known_holes.py REPORT LOG`. Ends as scripts/audit says.

Where the service with the advisories cannot be reached there is no report, or one that names no release as
looked at: then nothing is known, which is not the same as nothing found.
"""

import json
import sys
from pathlib import Path

CLEAN, FOUND, UNKNOWN = 0, 1, 2


def main(report: Path, log: Path) -> int:
    try:
        pinned = json.loads(report.read_text())["dependencies"]
    except (OSError, ValueError):
        pinned = []
    asked = [one for one in pinned if "vulns" in one]
    holes = [(one["name"], one["version"], hole["id"]) for one in asked for hole in one["vulns"]]
    sys.stdout.writelines(f"HOLE {' '.join(hole)}\n" for hole in holes)
    if not asked:
        sys.stdout.write(f"nothing is known: the advisories were not told. {_why(pinned, log)}\n")
        return UNKNOWN
    unknown = f"{len(pinned) - len(asked)} unknown there"
    sys.stdout.write(f"{len(asked)} releases looked at, {unknown}, {len(holes)} with a known hole\n")
    return FOUND if holes else CLEAN


def _why(pinned: list[dict[str, str]], log: Path) -> str:
    """Of what was passed over the first reason; where it broke, the last words."""
    if pinned:
        return pinned[0].get("skip_reason", "")
    said = [line.strip() for line in log.read_text().splitlines() if line.strip()]
    return said[-1][:200] if said else "It did not say why."


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
