"""Questionnaires and outcomes: more than one form an order, how each was offered and answered, quotes, packs."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "packs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("why", db.types.Sealed(), nullable=True),
        sa.Column("content", db.types.SealedBytes(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_packs_made_by")),
        sa.ForeignKeyConstraint(["signed_by"], ["staff.id"], name=op.f("fk_packs_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packs")),
        sa.UniqueConstraint("kind", "first", "version", name=op.f("uq_packs_kind_first_version")),
    )
    op.create_table(
        "quotes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("allowed", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", db.types.Sealed(), nullable=True),
        sa.Column("moderated_by", sa.Integer(), nullable=True),
        sa.Column("moderated_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("asked_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["forms.form_id"], name=op.f("fk_quotes_form_id")),
        sa.ForeignKeyConstraint(["moderated_by"], ["staff.id"], name=op.f("fk_quotes_moderated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("form_id", "question", name=op.f("uq_quotes_form_id_question")),
    )
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quotes_form_id"), ["form_id"], unique=False)

    op.create_table(
        "starts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["forms.form_id"], name=op.f("fk_starts_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_starts")),
    )
    with op.batch_alter_table("starts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_starts_form_id"), ["form_id"], unique=False)

    with op.batch_alter_table("forms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("way", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("requirements", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("ending", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("start", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tell", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("easy", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("discreet", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("end_confirmed_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("end_confirmed_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_orders_end_confirmed_by"), "staff", ["end_confirmed_by"], ["id"])

    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("occasion", sa.String(), server_default="end", nullable=False))
        batch_op.add_column(sa.Column("way", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("offered_how", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("offered_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("helper_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("helper_named_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("closed_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("settled_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_sittings_order_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_sittings_order_id"), ["order_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_sittings_order_id_occasion"), ["order_id", "occasion"])
        batch_op.create_foreign_key(batch_op.f("fk_sittings_helper_id"), "staff", ["helper_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_sittings_offered_by"), "staff", ["offered_by"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_sittings_helper_named_by"), "staff", ["helper_named_by"], ["id"])

    op.execute("UPDATE sittings SET way = 'chat' WHERE started_at IS NOT NULL")
    op.execute("UPDATE sittings SET offered_how = 'telegram' WHERE offered_at IS NOT NULL")


def downgrade() -> None:
    op.execute("DELETE FROM sittings WHERE occasion <> 'end'")  # a form at the start or at a review has no place here
    with op.batch_alter_table("sittings", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sittings_helper_named_by"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_sittings_offered_by"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_sittings_helper_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_sittings_order_id_occasion"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_sittings_order_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_sittings_order_id"), ["order_id"])
        batch_op.drop_column("settled_at")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("closed_at")
        batch_op.drop_column("helper_named_by")
        batch_op.drop_column("helper_id")
        batch_op.drop_column("offered_by")
        batch_op.drop_column("offered_how")
        batch_op.drop_column("way")
        batch_op.drop_column("occasion")

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_orders_end_confirmed_by"), type_="foreignkey")
        batch_op.drop_column("end_confirmed_by")
        batch_op.drop_column("end_confirmed_at")

    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.drop_column("discreet")
        batch_op.drop_column("easy")
        batch_op.drop_column("tell")

    with op.batch_alter_table("forms", schema=None) as batch_op:
        batch_op.drop_column("start")
        batch_op.drop_column("ending")
        batch_op.drop_column("requirements")
        batch_op.drop_column("way")

    with op.batch_alter_table("starts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_starts_form_id"))

    op.drop_table("starts")
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quotes_form_id"))

    op.drop_table("quotes")
    op.drop_table("packs")
