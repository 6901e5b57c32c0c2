"""Busy times from calendars kept elsewhere, and other people's meetings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _busy_times()
    _other_meetings()


def _busy_times() -> None:
    op.create_table(
        "busy_source",
        sa.Column("owner_id", sa.String(20), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("whole_days", sa.String(10), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("unknown_zones", sa.JSON(), nullable=False),
        _moment("created_at", nullable=False),
        *_fetched(),
    )
    op.create_index("ix_busy_source_owner_id", "busy_source", ["owner_id"])
    op.create_index("ix_busy_source_next_at", "busy_source", ["next_at"])
    op.create_table(
        "busy_block",
        sa.Column(
            "occupancy_id", sa.String(20), sa.ForeignKey("occupancy.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "source_id", sa.String(20), sa.ForeignKey("busy_source.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("whole_day", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_busy_block_source_id", "busy_block", ["source_id"])


def _other_meetings() -> None:
    op.create_table(
        "directory_source",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("program", sa.String(20), nullable=False),
        sa.Column("website", sa.String(500), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("added_by", sa.String(20), sa.ForeignKey("person.id"), nullable=False),
        _moment("created_at", nullable=False),
        *_fetched(),
    )
    op.create_index("ix_directory_source_next_at", "directory_source", ["next_at"])
    op.create_table(
        "directory_meeting",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "source_id",
            sa.String(20),
            sa.ForeignKey("directory_source.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("url", "phone", "place", "address")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("notes", "link", "searched", "tags")),
    )
    op.create_index("ix_directory_meeting_source_id", "directory_meeting", ["source_id"])
    op.create_index("ix_directory_meeting_week", "directory_meeting", ["timezone", "day", "minute"])


def _fetched() -> list[sa.Column]:
    return [
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("address", sa.LargeBinary()),
        sa.Column("etag", sa.String(200)),
        sa.Column("last_modified", sa.String(60)),
        *(_moment(name) for name in ("fresh_at", "copied_at", "looked_at", "next_at", "claimed_until")),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(300)),
        _moment("broken_since"),
    ]


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
