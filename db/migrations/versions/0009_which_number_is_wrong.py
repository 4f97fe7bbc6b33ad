"""What is known against a number is known of that number alone, and who said so."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("texts_wrong_number", db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("texts_wrong_said", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Of which number it was is known no more: it counts for the one that they agreed to, and drops nobody's words.
    op.execute(
        "UPDATE individuals SET texts_wrong_number = COALESCE(texts_number, mobile) WHERE texts_wrong_at IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.drop_column("texts_wrong_said")
        batch_op.drop_column("texts_wrong_number")
