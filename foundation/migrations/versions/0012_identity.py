"""Passkeys, second factors, outside identities."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sessions()
    _factors()
    _elsewhere()


def _sessions() -> None:
    op.add_column("auth_session", _moment("stepped_up_at"))
    op.add_column("auth_session", _moment("proved_at"))
    op.add_column("auth_session", sa.Column("how", sa.String(12), nullable=False, server_default="mail"))


def _factors() -> None:
    op.create_table(
        "passkey",
        _id(),
        _person(),
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("synced", sa.Boolean(), nullable=False),
        _moment("created_at", nullable=False),
        _moment("last_used_at"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "authenticator_app",
        sa.Column(
            "person_id", sa.String(20), sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("secret", sa.LargeBinary()),
        sa.Column("pending", sa.LargeBinary()),
        _moment("pending_until"),
        sa.Column("last_step", sa.Integer(), nullable=False),
        _moment("confirmed_at"),
    )
    op.create_table(
        "recovery_code",
        _id(),
        _person(),
        sa.Column("code_digest", sa.String(64), nullable=False),
        _moment("created_at", nullable=False),
        _moment("used_at"),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"])


def _elsewhere() -> None:
    op.create_table(
        "ceremony",
        _id(),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("binding_digest", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(20), sa.ForeignKey("person.id", ondelete="CASCADE")),
        sa.Column("detail", sa.LargeBinary()),
        _moment("expires_at", nullable=False),
        _moment("used_at"),
        sa.UniqueConstraint("secret_digest", name="uq_ceremony_secret_digest"),
    )
    op.create_index("ix_ceremony_expires_at", "ceremony", ["expires_at"])
    op.create_table(
        "outside_identity",
        _id(),
        _person(),
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        _moment("linked_at", nullable=False),
        _moment("last_used_at"),
        sa.UniqueConstraint("issuer", "subject", name="uq_outside_identity_issuer_subject"),
    )
    op.create_index("ix_outside_identity_person_id", "outside_identity", ["person_id"])
    op.create_table(
        "address_change",
        sa.Column(
            "person_id", sa.String(20), sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("expires_at", nullable=False),
    )


def _id() -> sa.Column:
    return sa.Column("id", sa.String(20), primary_key=True)


def _person() -> sa.Column:
    return sa.Column(
        "person_id", sa.String(20), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False
    )


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
