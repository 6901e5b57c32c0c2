"""All settings, read once from EVENSIDE_* variables and checked before anything starts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from foundation.called_address import is_this_machine
from foundation.first_keys import house_keys_in, key_in
from foundation.jitsi import Jitsi, read_jitsi
from foundation.key_file import HouseKeys
from foundation.mailbox import read_mailbox
from foundation.oidc_providers import OidcProvider, is_oidc_setting, read_providers
from foundation.pager import SHORTEST_SECRET, Pager, read_pager
from foundation.push_key import PushKey, is_contact
from foundation.reach import Reach
from foundation.text_service import TextService, read_text_service

KEEP_DAYS = 30
_MOST_DAYS = 3650
_TRUE = {"1", "true", "yes", "on"}
_KNOWN = {
    "DATA", "DATABASE_URL", "REDIS_URL", "BASE_URL", "SECRET_KEY_FILE", "ENCRYPTION_KEY_FILE", "SMTP_URL",
    "MAIL_FROM", "HELPLINES_FILE", "RULES_FILE", "ORG_NAME", "TIMEZONE", "DEMO", "TRUSTED_PROXIES",
    "CARE_RULES_FILE", "KEEP_QUESTIONS_DAYS",
    "JITSI_URL", "JITSI_APP_ID", "JITSI_SECRET", "ONCALL_WEBHOOK_URL", "ONCALL_WEBHOOK_SECRET",
    "METRICS_TOKEN", "PLACE", "REPLIES_URL",
    "SMS_URL", "SMS_USER", "SMS_SECRET", "SMS_FROM", "SMS_STYLE", "PUSH_CONTACT", "PUSH_KEY_FILE",
}  # fmt: skip
_OF_THE_TESTS = {"CHROMIUM", "LONG_FAULTS", "NGINX"}
"""Not ours, but set where the tests run too: it stops nobody's start."""


class SettingsError(Exception):
    """One or more settings cannot be used; each line of `lines` says which and what to do."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Settings:
    """What an installation has chosen. `timezone` is where the clinic is, used until a person says theirs."""

    data: Path
    database_url: str
    base_url: str
    secret_key: bytes
    encryption_key: bytes
    mail_from: str
    org_name: str
    timezone: str
    older_keys: tuple[bytes, ...] = field(default=(), repr=False)
    index_key: bytes | None = field(default=None, repr=False)
    key_file: Path | None = None
    smtp_url: str | None = None
    helplines_file: Path | None = None
    rules_file: Path | None = None
    care_rules_file: Path | None = None
    redis_url: str | None = field(default=None, repr=False)
    metrics_token: str = field(default="", repr=False)
    demo: bool = False
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    keep_questions_days: int = KEEP_DAYS
    jitsi: Jitsi | None = None
    pager: Pager | None = None
    texts: TextService | None = None
    push: PushKey | None = None
    reach: Reach = field(default_factory=Reach)
    place: str = ""
    replies_url: str | None = field(default=None, repr=False)
    oidc: tuple[OidcProvider, ...] = ()

    @property
    def keys(self) -> HouseKeys:
        """The house's keys: the newest, and those from before a rotation."""
        return HouseKeys(self.encryption_key, self.older_keys, self.index_key)

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """The host and port that the outside world reaches us by."""
        return urlsplit(self.base_url).netloc

    @property
    def origin(self) -> str:
        return self.base_url.rstrip("/")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from the environment and from `.env` in the data folder. Raises SettingsError."""
    data = Path(environ.get("EVENSIDE_DATA") or "var").absolute()
    values = {**_dotenv(data / ".env"), **{k: v for k, v in environ.items() if k.startswith("EVENSIDE_")}}
    problems = _unknown(values)
    get = _Reader(values, problems)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)  # who is a member is in there
    key_file = Path(get("ENCRYPTION_KEY_FILE") or data / "encryption.key")
    house = house_keys_in(key_file, problems)
    settings = Settings(
        data=data,
        database_url=_database_url(get, data),
        base_url=_base_url(get, problems),
        secret_key=key_in(Path(get("SECRET_KEY_FILE") or data / "secret.key"), problems),
        encryption_key=house.newest,
        older_keys=house.older,
        index_key=house.kept_index,
        key_file=key_file,
        mail_from=get("MAIL_FROM") or "Evenside <no-reply@localhost>",
        org_name=get("ORG_NAME") or "Evenside",
        timezone=_timezone(get, problems),
        place=get("PLACE"),
        smtp_url=_smtp_url(get, problems),
        replies_url=read_mailbox(get("REPLIES_URL"), problems),
        helplines_file=Path(get("HELPLINES_FILE")) if get("HELPLINES_FILE") else None,
        rules_file=Path(get("RULES_FILE")) if get("RULES_FILE") else None,
        care_rules_file=Path(get("CARE_RULES_FILE")) if get("CARE_RULES_FILE") else None,
        redis_url=_redis_url(get, problems),
        metrics_token=_metrics_token(get, problems),
        oidc=read_providers(values, get, problems),
        demo=get("DEMO").lower() in _TRUE,
        trusted_proxies=_networks(get, problems),
        keep_questions_days=_days(get, problems),
        jitsi=read_jitsi(get, problems),
        pager=read_pager(get("ONCALL_WEBHOOK_URL"), get("ONCALL_WEBHOOK_SECRET"), problems),
        texts=read_text_service(get, problems),
        push=_push(get, data, problems),
    )
    if settings.helplines_file and not settings.helplines_file.is_file():
        problems.append(
            f"EVENSIDE_HELPLINES_FILE names {settings.helplines_file}, and there is no such file."
        )
    if problems:
        raise SettingsError(problems)
    return settings


class _Reader:
    """Reads EVENSIDE_<name>, or the file that EVENSIDE_<name>_FILE points to."""

    def __init__(self, values: Mapping[str, str], problems: list[str]) -> None:
        self.values, self.problems = values, problems

    def __call__(self, name: str) -> str:
        pointed = self.values.get(f"EVENSIDE_{name}_FILE")
        if pointed is None:
            return self.values.get(f"EVENSIDE_{name}", "").strip()
        try:
            return Path(pointed).read_text().strip()
        except OSError as error:
            self.problems.append(f"EVENSIDE_{name}_FILE cannot be read ({error.strerror}): {pointed}")
            return ""


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip().strip("\"'") for key, value in pairs}


def _unknown(values: Mapping[str, str]) -> list[str]:
    def known(name: str) -> bool:
        plain = name.removeprefix("EVENSIDE_")
        ours = _KNOWN | _OF_THE_TESTS
        return plain in ours or plain.removesuffix("_FILE") in _KNOWN or is_oidc_setting(name)

    return [
        f"{name} is not a setting of Evenside; is it misspelt?" for name in sorted(values) if not known(name)
    ]


def _database_url(get: _Reader, data: Path) -> str:
    url = get("DATABASE_URL")
    if not url:
        return f"sqlite:///{data / 'evenside.db'}"
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")):
        get.problems.append("EVENSIDE_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url.replace("postgres://", "postgresql://", 1)


def _base_url(get: _Reader, problems: list[str]) -> str:
    url = get("BASE_URL") or "http://127.0.0.1:8000"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        problems.append("EVENSIDE_BASE_URL must be like https://meet.example.org, without a path.")
    elif parts.scheme == "http" and not is_this_machine(url):
        problems.append("EVENSIDE_BASE_URL must be https for any address but this machine's own.")
    return url.rstrip("/")


def _smtp_url(get: _Reader, problems: list[str]) -> str | None:
    url = get("SMTP_URL")
    if url and urlsplit(url).scheme not in {"smtp", "smtps"}:
        problems.append("EVENSIDE_SMTP_URL must be like smtp://user:password@mail.example.org:587.")
    return url or None


def _redis_url(get: _Reader, problems: list[str]) -> str | None:
    """Valkey's own names for the schemes are taken too; the client library knows Redis' alone."""
    url = re.sub(r"^valkey", "redis", get("REDIS_URL"))
    if url and urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        problems.append(
            "EVENSIDE_REDIS_URL must be like redis://:password@host:6379 or unix:///run/valkey/valkey.sock."
        )
    return url or None


def _metrics_token(get: _Reader, problems: list[str]) -> str:
    token = get("METRICS_TOKEN")
    if token and len(token) < SHORTEST_SECRET:
        problems.append(f"EVENSIDE_METRICS_TOKEN needs {SHORTEST_SECRET} letters or more.")
    return token


def _push(get: _Reader, data: Path, problems: list[str]) -> PushKey | None:
    """Off without a contact. The key is made at the first start; with another one devices ask anew."""
    contact = get("PUSH_CONTACT")
    if not contact:
        return None
    if not is_contact(contact):
        problems.append(
            "EVENSIDE_PUSH_CONTACT must be like mailto:help@example.org, for push services to ask."
        )
    return PushKey(contact, key_in(Path(get("PUSH_KEY_FILE") or data / "push.key"), problems))


def _days(get: _Reader, problems: list[str]) -> int:
    """How long the questions of an evening are kept, unless its meeting says otherwise."""
    named = get("KEEP_QUESTIONS_DAYS") or str(KEEP_DAYS)
    if named.isdecimal() and int(named) <= _MOST_DAYS:
        return int(named)
    problems.append(f"EVENSIDE_KEEP_QUESTIONS_DAYS is a number of days, from 0 to {_MOST_DAYS}.")
    return KEEP_DAYS


def _networks(get: _Reader, problems: list[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    names = get("TRUSTED_PROXIES").replace(",", " ").split()
    try:
        return tuple(ip_network(name) for name in names)
    except ValueError:
        problems.append("EVENSIDE_TRUSTED_PROXIES lists addresses or networks, like 127.0.0.1 10.0.0.0/24.")
        return ()


def _timezone(get: _Reader, problems: list[str]) -> str:
    from foundation.zones import is_zone

    name = get("TIMEZONE") or "America/Los_Angeles"
    if not is_zone(name):
        problems.append(f"EVENSIDE_TIMEZONE is {name}; it must be an IANA name such as America/Los_Angeles.")
    return name
