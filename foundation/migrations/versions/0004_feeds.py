"""Calendars that others subscribe to: feeds of teams, wording, app passwords, replies by mail."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
