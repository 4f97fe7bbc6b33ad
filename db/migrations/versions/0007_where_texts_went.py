"""Each text message keeps the number that it went to: what is texted back from there is known by it."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("number_hash", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_texts_number_hash"), ["number_hash"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_texts_number_hash"))
        batch_op.drop_column("number_hash")
        batch_op.drop_column("number")
