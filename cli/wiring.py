"""What every command starts from: settings, keys, logs, and one database."""

import os
from datetime import UTC, datetime

from flask import Flask

from foundation.database import Database
from foundation.keyring import KEYRING
from foundation.logs import configure
from foundation.settings import Settings, SettingsError, read_settings
from safety.hearing import warm
from safety.rules import RulesError, use_rules
from scheduling.aftercare.measures.catalogue import use_measures
from scheduling.aftercare.rules_file import CareRulesError, use_care_rules


def utc_now() -> datetime:
    return datetime.now(UTC)


def settings_from_environment() -> Settings:
    """Settings of this process, with its logs and encryption key in place. Raises SettingsError."""
    settings = read_settings(os.environ)
    configure()
    KEYRING.install(settings.keys, settings.key_file)
    _listen_by(settings)
    _judge_by(settings)
    use_measures(settings.data / "measures")
    return settings


def _listen_by(settings: Settings) -> None:
    try:
        use_rules(settings.rules_file)
    except RulesError as error:
        raise SettingsError([f"EVENSIDE_RULES_FILE: {error}"]) from error


def _judge_by(settings: Settings) -> None:
    try:
        use_care_rules(settings.care_rules_file)
    except CareRulesError as error:
        raise SettingsError([f"EVENSIDE_CARE_RULES_FILE: {error}"]) from error


def open_database(settings: Settings) -> Database:
    return Database(settings.database_url)


def app_from_environment() -> Flask:
    from web.app import create_app

    app = create_app(settings_from_environment(), clock=utc_now)
    warm()
    return app
