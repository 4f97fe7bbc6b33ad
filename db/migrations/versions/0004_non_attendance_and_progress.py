"""Non-attendance, compliance and progress: what staff did and decided, cover, spare places, files, the duty rota."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_duty_days_staff_id")),
        sa.PrimaryKeyConstraint("day", "staff_id", name=op.f("pk_duty_days")),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), server_default="", nullable=False),
        sa.Column("offered_by", sa.Integer(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["offered_by"], ["staff.id"], name=op.f("fk_offers_offered_by")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_offers_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_offers_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_table(
        "suited",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("individual_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("ticked_by", sa.Integer(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["individual_id"], ["individuals.id"], name=op.f("fk_suited_individual_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_suited_place_id")),
        sa.ForeignKeyConstraint(["ticked_by"], ["staff.id"], name=op.f("fk_suited_ticked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suited")),
        sa.UniqueConstraint("individual_id", "place_id", name=op.f("uq_suited_individual_id_place_id")),
    )
    with op.batch_alter_table("suited", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suited_individual_id"), ["individual_id"], unique=False)

    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("handed_by", sa.Integer(), nullable=True),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("words", db.types.Sealed(), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["staff.id"], name=op.f("fk_handovers_from_id")),
        sa.ForeignKeyConstraint(["handed_by"], ["staff.id"], name=op.f("fk_handovers_handed_by")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_handovers_order_id")),
        sa.ForeignKeyConstraint(["to_id"], ["staff.id"], name=op.f("fk_handovers_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handovers_order_id"), ["order_id"], unique=False)

    op.create_table(
        "lateness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_lateness_order_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff.id"], name=op.f("fk_lateness_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lateness")),
        sa.UniqueConstraint("order_id", "clock", "number", name=op.f("uq_lateness_order_id_clock_number")),
    )
    with op.batch_alter_table("lateness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lateness_order_id"), ["order_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("individual_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("words", db.types.Sealed(), nullable=True),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_notes_appointment_id")),
        sa.ForeignKeyConstraint(["individual_id"], ["individuals.id"], name=op.f("fk_notes_individual_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_notes_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notes_staff_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_notes_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_appointment_id"), ["appointment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_individual_id"), ["individual_id"], unique=False)

    op.create_table(
        "offered",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("individual_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("answered_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_offered_appointment_id")),
        sa.ForeignKeyConstraint(["individual_id"], ["individuals.id"], name=op.f("fk_offered_individual_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offered_offer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_offered_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered")),
        sa.UniqueConstraint("offer_id", "individual_id", name=op.f("uq_offered_offer_id_individual_id")),
    )
    with op.batch_alter_table("offered", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offered_individual_id"), ["individual_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("individual_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("undone_at", db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["individual_id"], ["individuals.id"], name=op.f("fk_contacts_individual_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_contacts_item_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_contacts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_individual_id"), ["individual_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_item_id"), ["item_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("individual_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("at", db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", db.types.SealedBytes(), nullable=True),
        sa.Column("update_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_evidence_appointment_id")),
        sa.ForeignKeyConstraint(["individual_id"], ["individuals.id"], name=op.f("fk_evidence_individual_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_evidence_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("update_id", name=op.f("uq_evidence_update_id")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_appointment_id"), ["appointment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_individual_id"), ["individual_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_item_id"), ["item_id"], unique=False)

    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("heard", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("early_agreed", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follow_up_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("listed_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("listed_why", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recorded_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("recorded_at", db.types.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_milestones_recorded_by"), "staff", ["recorded_by"], ["id"])

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("away_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("away_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("away_cover_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_staff_away_cover_id"), "staff", ["away_cover_id"], ["id"])
    op.create_index(op.f("ix_appointments_day"), "appointments", ["day"], unique=False)
    op.create_index(
        "ix_outbox_alerts",
        "outbox",
        ["status", "due_at"],
        unique=False,
        sqlite_where=sa.text("priority = 0"),
        postgresql_where=sa.text("priority = 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_alerts", table_name="outbox")
    op.drop_index(op.f("ix_appointments_day"), table_name="appointments")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_staff_away_cover_id"), type_="foreignkey")
        batch_op.drop_column("away_cover_id")
        batch_op.drop_column("away_until")
        batch_op.drop_column("away_from")

    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_milestones_recorded_by"), type_="foreignkey")
        batch_op.drop_column("recorded_at")
        batch_op.drop_column("recorded_by")

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_column("listed_why")
        batch_op.drop_column("listed_at")
        batch_op.drop_column("follow_up_at")

    with op.batch_alter_table("individuals", schema=None) as batch_op:
        batch_op.drop_column("early_agreed")

    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_column("heard")
        batch_op.drop_column("why")

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_item_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_individual_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_appointment_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_item_id"))
        batch_op.drop_index(batch_op.f("ix_contacts_individual_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("offered", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offered_individual_id"))

    op.drop_table("offered")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_individual_id"))
        batch_op.drop_index(batch_op.f("ix_notes_appointment_id"))

    op.drop_table("notes")
    with op.batch_alter_table("lateness", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lateness_order_id"))

    op.drop_table("lateness")
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handovers_order_id"))

    op.drop_table("handovers")
    with op.batch_alter_table("suited", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suited_individual_id"))

    op.drop_table("suited")
    op.drop_table("offers")
    op.drop_table("duty_days")
