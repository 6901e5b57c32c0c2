"""docs/interface.md says what there is: every page, call, event and command in it exists."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from cli import commands
from realtime.messages import COMMANDS
from web.blueprints import ROOMS

WORDS = (Path(__file__).parents[2] / "docs" / "interface.md").read_text()


def section(title: str) -> str:
    """What stands under a heading."""
    found = re.search(rf"^## {title}.*?\n(.*?)(?=^## |\Z)", WORDS, re.MULTILINE | re.DOTALL)
    assert found, title
    return found.group(1)


def addresses() -> list[str]:
    pages = re.findall(r"`(/[^` ]*)`", section("Pages"))
    calls = [f"/api/v1{path}" for path in re.findall(r"`GET (/[a-z/{}]+)", section("JSON API"))]
    return pages + calls


@pytest.fixture(scope="module")
def house() -> Flask:
    made = Flask("house", static_folder=None)
    for room in ROOMS:
        made.register_blueprint(room.blueprint)
    return made


@pytest.mark.parametrize("address", addresses())
def test_the_page_exists(house: Flask, address: str) -> None:
    path = re.sub(r"<[a-z]+>|\{[a-z]+\}", "something", address)
    try:
        house.url_map.bind("127.0.0.1").match(path, "GET")
    except RequestRedirect:
        pass  # it answers under the same name with a slash
    except HTTPException:
        pytest.fail(f"{address} is described and does not exist")


def test_every_call_is_described_and_the_other_way_round(house: Flask) -> None:
    rows = re.findall(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/[a-z/{}]+)", section("JSON API"), re.MULTILINE)
    described = {(method, re.sub(r"\{[a-z]+\}", "{}", path)) for method, path in rows}
    there = {
        (method, re.sub(r"<[a-z_]+>", "{}", rule.rule.removeprefix("/api/v1")))
        for rule in house.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == there


def test_every_event_of_the_room_is_described_and_the_other_way_round() -> None:
    table = section("Live room").split("Server events")[0]
    described = {
        name
        for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert described == {"join", *COMMANDS}


def test_every_command_is_described() -> None:
    described = set(re.findall(r"evenside ([a-z-]+)", section("Commands")))
    assert described == set(commands.commands)
