"""A program that calls the API with its own token, for one person of a small clinic."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask

from auth.people import Person
from auth.tokens import issue_token
from foundation.database import Database
from tests.clinic import NOW, TUESDAY_3PM, Clinic

ROOT = "/api/v1"


@dataclass
class Program:
    app: Flask
    token: str

    def call(self, method: str, path: str, sent: Any = None, **headers: str) -> Any:
        """Headers are named with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {} if sent is None else {"json": sent}
        bearer = {"Authorization": f"Bearer {self.token}"}
        return self.app.test_client().open(f"{ROOT}{path}", method=method, headers=bearer | named, **kind)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, sent: Any = None, **headers: str) -> Any:
        return self.call("POST", path, sent, **headers)

    def patch(self, path: str, sent: Any, **headers: str) -> Any:
        return self.call("PATCH", path, sent, **headers)


def program_of(app: Flask, database: Database, person: Person) -> Program:
    with database.write() as session:
        return Program(app, issue_token(session, person, label="Program", now=NOW))


def program_for(clinic: Clinic, person: Person | None = None) -> Program:
    """Jonah's, unless said otherwise."""
    return program_of(clinic.app, clinic.database, person or clinic.jonah)


def wish(clinic: Clinic, starts_at: datetime = TUESDAY_3PM, **more: Any) -> dict[str, Any]:
    """A follow-up with Dana."""
    return {
        "service": "follow-up",
        "practitioner": clinic.dana.id,
        "starts_at": starts_at.isoformat(),
        **more,
    }


def refused(answer: Any) -> tuple[int, str]:
    """The status and the code of a refusal, which is a problem that says what to do."""
    assert answer.content_type == "application/problem+json", answer.text
    problem = answer.get_json()
    assert problem["status"] == answer.status_code
    assert len(problem["detail"]) > 20
    return answer.status_code, problem["code"]
