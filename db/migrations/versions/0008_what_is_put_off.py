"""What trouble has put off is found without reading all that is planned: whoever watches asks each minute."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PUT_OFF = "reason IN ('telegram_busy', 'telegram_trouble', 'texts_busy', 'texts_trouble')"


def upgrade() -> None:
    which = sa.text(PUT_OFF)
    op.create_index("ix_outbox_put_off", "outbox", ["status"], sqlite_where=which, postgresql_where=which)


def downgrade() -> None:
    op.drop_index("ix_outbox_put_off", table_name="outbox")
