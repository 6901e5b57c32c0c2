"""`python -m tests.scanned_house WAPITI FOLDER`: a demo of its own, scanned by wapiti, for `make audit`.

Only this machine is asked: the modules that would call elsewhere are left out, and each scan ends by itself.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from auth.links import issue_link
from auth.people import Role, people_with
from cli.demo import fill
from tests.house import House, running_house

MODULES = "cookieflags,csp,http_headers,csrf,crlf,exec,file,redirect,sql,xss"
SECONDS = 90
OK = 200
SPARED = "exit", "sign-out", "account/sessions/end", "static/*", "dev/*"
"""What would end the session that scans, what is fixed, and what is there in the demo alone."""
LEFT = {
    "HttpOnly Flag cookie": "tz alone: the browser's zone, told by a script, no secret",
    "Secure Flag cookie": "the demo speaks http; where the address is https the cookie is __Host- and Secure",
}
"""What we leave, and why."""
VISITORS = {"a stranger": None, "a member": Role.MEMBER, "a coordinator": Role.COORDINATOR}


def main(wapiti: str, folder: Path) -> int:
    """1 when anything was found that is not left for a reason."""
    with running_house(folder) as house:
        with house.database.write() as session:
            fill(session, people=6, appointments=20, seed=1, now=datetime.now(UTC))
        found = [line for who, role in VISITORS.items() for line in scan(wapiti, folder, house, who, role)]
    return int(any(line.startswith("FOUND") for line in found))


def scan(wapiti: str, folder: Path, house: House, who: str, role: Role | None) -> list[str]:
    report = folder / f"{role or 'stranger'}.json"
    spared = [f"{house.url}/{path}" for path in SPARED]
    command = [wapiti, "-u", f"{house.url}/", "--scope", "folder", "-m", MODULES, "-d", "4", "-v", "0"]
    command += [
        "--max-scan-time",
        str(SECONDS),
        "--max-attack-time",
        "15",
        "--no-bugreport",
        "--flush-session",
    ]
    command += ["--store-session", str(folder / "seen"), "--store-config", str(folder / "kept")]
    command += ["-f", "json", "-o", str(report), *(part for one in spared for part in ("-x", one))]
    cookie = None if role is None else cookie_of(house, role)
    if cookie is not None:
        command += ["-H", f"Cookie: {cookie}"]  # its own jar keeps none for an address of numbers
    subprocess.run(command, check=True, timeout=5 * SECONDS, stdout=subprocess.DEVNULL)
    assert cookie is None or is_signed_in(house, cookie), "the scan has signed itself out"
    read = json.loads(report.read_text())
    lines = list(findings(read))
    sys.stdout.write(f"{who}: {read['infos']['crawled_pages_nbr']} pages\n")
    sys.stdout.writelines(f"  {line}\n" for line in lines)
    return lines


def cookie_of(house: House, role: Role) -> str:
    """A session, as the mailed link gives it."""
    with house.database.write() as session:
        token = issue_link(session, people_with(session, role)[0], now=datetime.now(UTC))
    browser = requests.Session()
    page = browser.get(f"{house.url}/sign-in/{token}", timeout=60).text
    form = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert form is not None
    browser.post(f"{house.url}/sign-in/{token}", data={"csrf_token": form[1]}, timeout=60)
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    assert is_signed_in(house, cookie)
    return cookie


def is_signed_in(house: House, cookie: str) -> bool:
    page = requests.get(f"{house.url}/account", headers={"Cookie": cookie}, allow_redirects=False, timeout=60)
    return page.status_code == OK


def findings(report: dict[str, Any]) -> Iterator[str]:
    for kind in ("vulnerabilities", "anomalies"):
        for name, many in report[kind].items():
            for one in many:
                why = (
                    LEFT.get(name)
                    if not name.startswith("HttpOnly") or one["info"].endswith(": tz")
                    else None
                )
                told = f"{name}: {one['method']} {one['path']} {one['info'][:160]}"
                yield f"left ({why}): {told}" if why else f"FOUND {told}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
