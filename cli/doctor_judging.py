"""What `evenside doctor` says of the nightly look at everybody."""

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from cli.findings import UNSAFE, Finding
from cli.wiring import open_database
from foundation.settings import Settings
from scheduling.aftercare.passed_over import passed_over_since

_LATELY = timedelta(days=2)


def judging(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Silent while the database is away: that is said already."""
    with suppress(SQLAlchemyError), closing(open_database(settings)) as database, database.read() as session:
        number = passed_over_since(session, now - _LATELY)
        if number:
            yield Finding(
                UNSAFE,
                f"{number} plans could not be judged in the last two nights: nobody is told if these members "
                "go quiet. The log names them: a plan could not be judged.",
            )
