"""Reminders to rely on: leases for several processes, switches, text messages, the anchor of the access record."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("access_id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchors")),
    )
    op.create_table(
        "answered",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_answered")),
    )
    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answered_at"), ["at"], unique=False)
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("off_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("off_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["off_by"], ["staff.id"], name=op.f("fk_switches_off_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switches")),
    )
    op.create_table(
        "texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("individual_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("accepted_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("receipt", sa.String(), server_default="", nullable=False),
        sa.Column("receipt_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["individual_id"], ["individuals.id"], name=op.f("fk_texts_individual_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_texts_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sa.UniqueConstraint("reference", name=op.f("uq_texts_reference")),
    )
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_texts_individual_id"), ["individual_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_texts_outbox_id"), ["outbox_id"], unique=False)

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("booked_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("moved_at", db.types.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leased_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("leased_until", db.types.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nudged", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("texts_agreed_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("texts_agreed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("texts_number", db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("texts_stopped_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("texts_wrong_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_individuals_texts_agreed_by"), "staff", ["texts_agreed_by"], ["id"])

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rules", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("rules")

    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_individuals_texts_agreed_by"), type_="foreignkey")
        batch_op.drop_column("texts_wrong_at")
        batch_op.drop_column("texts_stopped_at")
        batch_op.drop_column("texts_number")
        batch_op.drop_column("texts_agreed_by")
        batch_op.drop_column("texts_agreed_at")
        batch_op.drop_column("nudged")

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("leased_until")
        batch_op.drop_column("leased_by")

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_column("moved_at")
        batch_op.drop_column("booked_at")

    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_texts_outbox_id"))
        batch_op.drop_index(batch_op.f("ix_texts_individual_id"))

    op.drop_table("texts")
    op.drop_table("switches")
    op.drop_table("leases")
    op.drop_table("answered")
    op.drop_table("anchors")
