"""A date keeps since when it is at its time."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retimed_at", db.types.UtcDateTime(timezone=True), nullable=True))
    op.execute("UPDATE appointments SET retimed_at = moved_at")  # a place may be among them: as it was read until now


def downgrade() -> None:
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_column("retimed_at")
