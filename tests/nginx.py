"""The example of deploy/nginx, started on ports of our own with a certificate of our own."""

import datetime as dt
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.house import free_port

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "deploy" / "nginx" / "evenside.conf"
NAME = "meet.example.org"
_FRAME = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/evenside.conf;
}}
"""


class NoNginx(Exception):
    """Why there is none."""


@dataclass(frozen=True)
class Front:
    """Where nginx answers, and what it wrote."""

    https: int
    http: int
    folder: Path

    def log(self) -> str:
        return (self.folder / "evenside.log").read_text()


@cache
def find_nginx() -> str:
    """Its path. Raises NoNginx."""
    found = subprocess.run([ROOT / "scripts" / "find-nginx"], capture_output=True, text=True, check=False)
    if found.returncode:
        raise NoNginx(found.stderr.strip().splitlines()[-1])
    return found.stdout.strip()


def written(folder: Path, web: int, live: int) -> Front:
    """The example with our ports, certificate and logs in place of its own; nothing else is changed."""
    front = Front(free_port(), free_port(), folder)
    text = EXAMPLE.read_text()
    for was, becomes in {
        "listen 80": f"listen 127.0.0.1:{front.http}",
        "listen 443": f"listen 127.0.0.1:{front.https}",
        "127.0.0.1:8000": f"127.0.0.1:{web}",
        "127.0.0.1:8001": f"127.0.0.1:{live}",
        "127.0.0.1:8002": f"127.0.0.1:{web}",
        "/etc/evenside/tls": str(folder),
        "/var/log/nginx": str(folder),
    }.items():
        assert was in text, was
        text = text.replace(was, becomes)
    (folder / "evenside.conf").write_text(text)
    own = "" if os.getuid() == 0 else "user root;\n"
    (folder / "nginx.conf").write_text(_FRAME.format(folder=folder).replace(own, "", 1))
    _make_certificate(folder)
    return front


def complaints(folder: Path) -> str:
    """What nginx says of the configuration; nothing when it is content."""
    said = subprocess.run(_command(folder, "-t", "-q"), capture_output=True, text=True, check=False)
    return said.stderr.strip() if said.returncode or "warn" in said.stderr else ""


@contextmanager
def running_nginx(folder: Path, *, web: int, live: int) -> Iterator[Front]:
    front = written(folder, web, live)
    with subprocess.Popen(_command(folder), stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(front.https, server)
            yield front
        finally:
            server.terminate()


def masked(address: str) -> str:
    """What the example's log says of an address."""
    table = re.search(r"map \$uri \$evenside_logged \{(.*?)\n\}", EXAMPLE.read_text(), re.DOTALL)
    assert table is not None
    for pattern, shown in re.findall(r"~(\S+)\s+(\S+);", table[1]):
        if re.search(pattern, address):
            return str(shown)
    return address


def _command(folder: Path, *more: str) -> list[str]:
    return [find_nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf"), *more]


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.poll() is None, "nginx ended at its start"
        try:
            socket.create_connection(("127.0.0.1", port), 2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("nginx did not answer in time")


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1)).not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
