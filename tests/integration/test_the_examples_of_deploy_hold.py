"""What deploy/ shows is read by the programs it is for, and keeps what docs/operations.md promises."""

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from foundation.settings import Settings, read_settings
from tests.nginx import NoNginx, complaints, find_nginx, masked, written
from web.app import create_app

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SECRET = re.compile(r"<(token|secret)>|<secret:|<token:")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


def ours(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in compose["services"].items() if one.get("image") == "evenside"}


def test_the_containers_are_parts_of_one_house(compose: dict[str, Any]) -> None:
    assert set(ours(compose)) == {"migrate", "web", "live", "worker"}
    for name, service in ours(compose).items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert set(service["secrets"]) <= set(compose["secrets"]), name
        assert set(service["networks"]) <= set(compose["networks"]), name
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])


def test_no_image_names_a_host(compose: dict[str, Any]) -> None:
    built = re.findall(r"^FROM (\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    for image in [*(one["image"] for one in compose["services"].values()), *built]:
        assert "." not in image.partition(":")[0].partition("/")[0], image


def test_the_settings_of_the_containers_are_settings(compose: dict[str, Any], tmp_path: Path) -> None:
    for service in ours(compose).values():
        in_files = {name: f"{tmp_path}/{name}" for name in service["environment"] if name.endswith("_FILE")}
        for name, path in in_files.items():
            Path(path).write_text(example_of(name))
        read = read_settings({**service["environment"], **in_files, "EVENSIDE_DATA": str(tmp_path)})
        (front,) = compose["networks"]["front"]["ipam"]["config"]
        assert [str(one) for one in read.trusted_proxies] == [front["subnet"]]


def example_of(name: str) -> str:
    if name.endswith("_KEY_FILE"):
        return "0f" * 32
    urls = {"DATABASE": "postgresql://e@postgres/e", "REDIS": "redis://:p@valkey", "SMTP": "smtp://mail:587"}
    return urls.get(name.split("_")[1], "x" * 40)


def test_nobody_reaches_database_or_valkey_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, one in compose["services"].items() if "ports" in one] == ["nginx"]
    assert compose["networks"]["inside"]["internal"]
    for name in ("postgres", "valkey"):
        assert compose["services"][name]["networks"] == ["inside"]
    assert "requirepass" in compose["services"]["valkey"]["command"][-1]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_unit_is_closed_in(unit: Path) -> None:
    read = ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(unit)
    service = read["Service"]
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "RestrictNamespaces", "ProtectHome"):
        assert service[name] == "yes", name
    assert (service["ProtectSystem"], service["User"], service["UMask"]) == ("strict", "evenside", "0077")
    assert service["CapabilityBoundingSet"] == ""
    names = re.findall(r"^Environment=(EVENSIDE_\w+)=%d/(\S+)", unit.read_text(), re.MULTILINE)
    handed = re.findall(r"^LoadCredential=([^:]+):", unit.read_text(), re.MULTILINE)
    assert sorted(file for _, file in names) == sorted(handed)
    assert not re.search(r"^Environment=EVENSIDE_\w*(URL|KEY|TOKEN|SECRET)=", unit.read_text(), re.MULTILINE)


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("systemd-analyze is not on this machine; the units were read as files only")
    for unit in UNITS:
        text = unit.read_text().replace("/opt/evenside/.venv/bin/evenside", sys.executable)
        (tmp_path / unit.name).write_text(text.replace("/opt/evenside", str(tmp_path)))
    files = [tmp_path / unit.name for unit in UNITS]
    said = subprocess.run(
        [systemd, "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    about_ours = [line for line in said.stderr.splitlines() if "evenside" in line or str(tmp_path) in line]
    assert about_ours == []


def test_nginx_finds_no_fault_in_its_example(tmp_path: Path) -> None:
    try:
        find_nginx()
    except NoNginx as reason:
        pytest.skip(str(reason))
    written(tmp_path, 1, 2)
    assert complaints(tmp_path) == ""


def test_the_log_of_nginx_hides_every_address_that_is_a_secret(settings: Settings) -> None:
    app = create_app(settings)
    rules = [rule.rule for rule in app.url_map.iter_rules() if SECRET.search(rule.rule)]
    assert "/calendar/<token>.ics" in rules
    for rule in rules:
        address = re.sub(r"<[^>]+>", "S3CRET", rule)
        assert "S3CRET" not in masked(address), rule
    assert masked("/meetings/tuesday/live") == "/meetings/tuesday/live"
