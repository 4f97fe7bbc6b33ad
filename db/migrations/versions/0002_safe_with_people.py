"""Safe with people: conversations, traces of messages, the second fact, PINs, the chained record of access."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_ref", db.types.Sealed(), nullable=False),
        sa.Column("case_ref_hash", sa.String(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("erased_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["erased_by"], ["staff.id"], name=op.f("fk_erased_erased_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased")),
        sa.UniqueConstraint("case_ref_hash", name=op.f("uq_erased_case_ref_hash")),
    )
    op.create_table(
        "glass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("individual_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["individual_id"], ["individuals.id"], name=op.f("fk_glass_individual_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_glass_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glass")),
    )
    with op.batch_alter_table("glass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_glass_individual_id"), ["individual_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_glass_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "traces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), server_default="", nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"], name=op.f("fk_traces_chat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traces")),
        sa.UniqueConstraint("chat", "message_id", name=op.f("uq_traces_chat_message_id")),
    )
    with op.batch_alter_table("traces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_traces_subject"), ["subject"], unique=False)

    op.create_table(
        "said",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("individual_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("words", db.types.Sealed(), nullable=True),
        sa.Column("media", db.types.SealedJson(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("update_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["individual_id"], ["individuals.id"], name=op.f("fk_said_individual_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_said_item_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_said_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said")),
        sa.UniqueConstraint("update_id", name=op.f("uq_said_update_id")),
    )
    with op.batch_alter_table("said", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_said_individual_id"), ["individual_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_said_item_id"), ["item_id"], unique=False)

    with op.batch_alter_table("access", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("chain", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.add_column(sa.Column("heard_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("awaits", sa.JSON(), nullable=True))

    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_holds_set_by"), "staff", ["set_by"], ["id"])

    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_agreed", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("plain", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("erased_at", db.types.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digits", db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("wrong", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("asked_hash", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("undone_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_invites_asked_hash"), ["asked_hash"], unique=False)

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("safe_time", db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("legal_hold_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("legal_hold_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_orders_legal_hold_by"), "staff", ["legal_hold_by"], ["id"])

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pin", db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("pin_wrong", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("locked_at", db.types.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("locked_at")
        batch_op.drop_column("pin_wrong")
        batch_op.drop_column("pin")

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_orders_legal_hold_by"), type_="foreignkey")
        batch_op.drop_column("legal_hold_by")
        batch_op.drop_column("legal_hold_at")

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_column("outcome")
        batch_op.drop_column("safe_time")
        batch_op.drop_column("number")

    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invites_asked_hash"))
        batch_op.drop_column("undone_at")
        batch_op.drop_column("asked_hash")
        batch_op.drop_column("wrong")
        batch_op.drop_column("digits")

    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
        batch_op.drop_column("plain")
        batch_op.drop_column("name_agreed")

    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_holds_set_by"), type_="foreignkey")
        batch_op.drop_column("set_by")

    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_column("awaits")
        batch_op.drop_column("heard_at")

    with op.batch_alter_table("access", schema=None) as batch_op:
        batch_op.drop_column("chain")
        batch_op.drop_column("reason")

    with op.batch_alter_table("said", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_said_item_id"))
        batch_op.drop_index(batch_op.f("ix_said_individual_id"))

    op.drop_table("said")
    with op.batch_alter_table("traces", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_traces_subject"))

    op.drop_table("traces")
    with op.batch_alter_table("glass", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_glass_staff_id"))
        batch_op.drop_index(batch_op.f("ix_glass_individual_id"))

    op.drop_table("glass")
    op.drop_table("erased")
