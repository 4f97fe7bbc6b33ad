"""Every table, on one page. Moments are aware UTC; personal columns are sealed; look-ups of those go by keyed hash."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from db.types import Sealed, SealedBytes, SealedJson, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


# ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────────

staff = Table(
    "staff",
    metadata,
    _id(),
    Column("ref", String, unique=True, nullable=False),
    Column("name", Sealed, nullable=False),
    Column("roles", String, nullable=False),  # joined with +
    Column("cover_id", ForeignKey("staff.id")),
    Column("active_until", Date),
    Column("away_from", Date),  # the first and the last day away, both included …
    Column("away_until", Date),
    Column("away_cover_id", ForeignKey("staff.id")),  # … and who covers meanwhile; none: whoever covers them always
    Column("pin", Sealed),  # a salted digest, never the digits
    Column("pin_wrong", Integer, nullable=False, server_default="0"),
    Column("locked_at", UtcDateTime),  # after too many wrong PINs
)

individuals = Table(
    "individuals",
    metadata,
    _id(),
    Column("case_ref", String, unique=True, nullable=False),
    Column("first_name", Sealed, nullable=False),
    Column("language", String, nullable=False, server_default="en"),
    Column("language_wish", Sealed),  # a language that the catalogue does not speak, in the person's own words
    Column("mobile", Sealed),
    Column("mobile_hash", String, index=True),  # not unique: phones are shared, and that is for people to sort out
    Column("youth", Boolean, nullable=False, default=False),
    Column("youth_consent_by", ForeignKey("staff.id")),
    Column("youth_consent_at", UtcDateTime),
    Column("staff_contact_only", Boolean, nullable=False, default=False),
    Column("work_limits", Sealed),
    Column("stopped_at", UtcDateTime),
    Column("name_agreed", Boolean, nullable=False, server_default=false()),  # the worker's name may be shown
    Column("plain", Boolean, nullable=False, server_default=false()),  # plain wording, chosen on a private phone
    Column("erased_at", UtcDateTime),
    Column("nudged", Boolean, nullable=False, server_default=false()),  # asked for a word on the morning itself too
    Column("texts_agreed_at", UtcDateTime),  # staff confirmed the number and the person agreed to text messages …
    Column("texts_agreed_by", ForeignKey("staff.id")),
    Column("texts_number", Sealed),  # … to this number: another one needs another yes
    Column("texts_stopped_at", UtcDateTime),
    Column("early_agreed", Boolean, nullable=False, server_default=false()),  # to hear from 06:30 that a day is off
    Column("texts_wrong_at", UtcDateTime),  # whoever holds the phone said that it is not theirs, or it is no number …
    Column("texts_wrong_number", Sealed),  # … of this one alone
    Column("texts_wrong_said", Boolean, nullable=False, server_default=false()),  # somebody said so; else the network
    Column("tell", String, nullable=False, server_default=""),  # how they asked to be told: chat, easy, call, letter
    Column("easy", Boolean, nullable=False, server_default=false()),  # shorter messages, in easier words
    Column(
        "discreet", Boolean, nullable=False, server_default=false()
    ),  # others see the phone: plain wording is locked
)

chats = Table(  # who speaks from which chat; a chat that was unlinked keeps its row and loses its hash
    "chats",
    metadata,
    _id(),
    Column("chat_id", Sealed, nullable=False),
    Column("chat_hash", String, unique=True),
    Column("individual_id", ForeignKey("individuals.id"), index=True),
    Column("staff_id", ForeignKey("staff.id"), index=True),
    Column("language", String, nullable=False, server_default="en"),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("unlinked_at", UtcDateTime),
    Column("unreachable_at", UtcDateTime),
    Column("heard_at", UtcDateTime),  # when somebody last spoke from it
    Column("awaits", JSON),  # what the next typed words are for: a code and ids, never a personal word
)

traces = Table(  # what stands in a chat: our messages and what was typed, by the number that Telegram gave it
    "traces",
    metadata,
    _id(),
    Column("chat", ForeignKey("chats.id"), nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("ours", Boolean, nullable=False),
    Column("kind", String, nullable=False, server_default=""),
    Column("subject", String, nullable=False, server_default="", index=True),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("chat", "message_id"),
)

invites = Table(
    "invites",
    metadata,
    _id(),
    Column("code_hash", String, unique=True, nullable=False),
    Column("individual_id", ForeignKey("individuals.id")),
    Column("staff_id", ForeignKey("staff.id")),
    Column("invited_by", ForeignKey("staff.id")),  # none: from the command line
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("digits", Sealed),  # the second fact, told aloud
    Column("wrong", Integer, nullable=False, server_default="0"),
    Column("asked_hash", String, index=True),  # the chat that opened the link and is asked for the digits
    Column("undone_at", UtcDateTime),
)

wrong_codes = Table(
    "wrong_codes",
    metadata,
    _id(),
    Column("chat_hash", String, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
)

access = Table(  # who looked at or changed whom, append-only; each row's `chain` covers the row before it
    "access",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("staff_id", ForeignKey("staff.id")),  # none: the command line
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("act", String, nullable=False),
    Column("what", String, nullable=False),
    Column("reason", String, nullable=False, server_default=""),  # from a pick-list
    Column("chain", String, nullable=False, server_default=""),
)

glass = Table(  # who broke the glass: a look outside one's scope, for a while and with a reason
    "glass",
    metadata,
    _id(),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("reason", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

erased = Table(  # whom no import and no restored backup brings back
    "erased",
    metadata,
    _id(),
    Column("case_ref", Sealed, nullable=False),
    Column("case_ref_hash", String, unique=True, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("erased_by", ForeignKey("staff.id")),  # none: the command line
)

said = Table(  # one conversation per individual: everything said, by whom, in order; append-only
    "said",
    metadata,
    _id(),
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("staff_id", ForeignKey("staff.id")),  # none: the individual
    Column("at", UtcDateTime, nullable=False),
    Column("words", Sealed),
    Column("media", SealedJson),  # kind and file id of a photo or voice note, as Telegram knows it
    Column("item_id", ForeignKey("items.id"), index=True),
    Column("update_id", BigInteger, unique=True),
)

# ── Orders and dates ────────────────────────────────────────────────────────────────────────────────────────────────

orders = Table(
    "orders",
    metadata,
    _id(),
    Column("ref", String, unique=True, nullable=False),
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("imposed_on", Date, nullable=False),
    Column("requirements", String, nullable=False),  # joined with +
    Column("hours", Integer),
    Column("complete_by", Date),
    Column("officer_id", ForeignKey("staff.id"), index=True),
    Column("case_manager_id", ForeignKey("staff.id"), index=True),
    Column("status", String, nullable=False),
    Column("ended_on", Date),
    Column("legal_hold_at", UtcDateTime),  # nothing about it is deleted while proceedings may need it
    Column("legal_hold_by", ForeignKey("staff.id")),
    Column("end_confirmed_at", UtcDateTime),  # a named person looked and said that it has ended as the export says
    Column("end_confirmed_by", ForeignKey("staff.id")),
)

places = Table(
    "places",
    metadata,
    _id(),
    Column("ref", String, unique=True, nullable=False),
    Column("nickname", String, nullable=False),
    Column("address", String),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("capacity", Integer),
    Column("indoor", Boolean),
    Column("bring", String),
    Column("work_type", String),
)

appointments = Table(
    "appointments",
    metadata,
    _id(),
    Column("ref", String, unique=True, nullable=False),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("day", Date, nullable=False, index=True),
    Column("starts_at", UtcDateTime, nullable=False, index=True),
    Column("ends_at", UtcDateTime),
    Column("place_id", ForeignKey("places.id")),
    Column("staff_id", ForeignKey("staff.id")),
    Column("bring", String),
    Column("status", String, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("booked_at", UtcDateTime),  # when it became known; none: it was there when the caseload was first read
    Column("moved_at", UtcDateTime),  # when its date, time or place last changed, or whether it is on
    Column("retimed_at", UtcDateTime),  # when it was last put at another time ahead or a day that is past, or on again
    Index("ix_appointments_staff_id_day", "staff_id", "day"),
)

attendance = Table(  # append-only
    "attendance",
    metadata,
    _id(),
    Column("appointment_id", ForeignKey("appointments.id"), nullable=False, index=True),
    Column("outcome", String, nullable=False),
    Column("cause", String, nullable=False, server_default=""),
    Column("minutes", Integer),
    Column("recorded_by", ForeignKey("staff.id")),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("source", String, nullable=False),  # chat or import
    Column("note", Sealed),
    Column("why", String, nullable=False, server_default=""),  # of a correction: a code
    Column("heard", String, nullable=False, server_default=""),  # how the individual was heard before a decision
)

replies = Table(  # append-only: what an individual answered about a date
    "replies",
    metadata,
    _id(),
    Column("appointment_id", ForeignKey("appointments.id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("answer", String, nullable=False),
    Column("reason", String, nullable=False, server_default=""),
    Column("at", UtcDateTime, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    _id(),
    Column("ref", String, unique=True, nullable=False),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date),  # the last day, included
    Column("set_by", ForeignKey("staff.id")),  # none: the export
)

adjustments = Table(
    "adjustments",
    metadata,
    _id(),
    Column("ref", String, unique=True, nullable=False),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("on_day", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("reason", Sealed),
)

milestones = Table(
    "milestones",
    metadata,
    _id(),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("milestone", String, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("late_reason", String),
    Column("recorded_by", ForeignKey("staff.id")),  # none: the export
    Column("recorded_at", UtcDateTime),
    UniqueConstraint("order_id", "milestone", "on_day"),
)

lateness = Table(  # why a clock of the national standards was not kept: the national table's reason code
    "lateness",
    metadata,
    _id(),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("clock", String, nullable=False),
    Column("number", Integer, nullable=False, server_default="0"),  # which of several, as of reviews
    Column("reason", String, nullable=False),
    Column("recorded_by", ForeignKey("staff.id"), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("order_id", "clock", "number"),
)

handovers = Table(  # append-only: who worked with an individual before, and from when somebody else did
    "handovers",
    metadata,
    _id(),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("role", String, nullable=False),  # officer or case_manager
    Column("from_id", ForeignKey("staff.id")),
    Column("to_id", ForeignKey("staff.id"), nullable=False),
    Column("handed_by", ForeignKey("staff.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("words", Sealed),  # a note to whoever takes over
)

# ── Spare places ────────────────────────────────────────────────────────────────────────────────────────────────────

suited = Table(  # whom staff ticked for a place: nobody else is offered it
    "suited",
    metadata,
    _id(),
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("place_id", ForeignKey("places.id"), nullable=False),
    Column("ticked_by", ForeignKey("staff.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("individual_id", "place_id"),
)

offers = Table(  # free places of a session, first come first served
    "offers",
    metadata,
    _id(),
    Column("place_id", ForeignKey("places.id"), nullable=False),
    Column("staff_id", ForeignKey("staff.id")),  # who runs the session
    Column("day", Date, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("places", Integer, nullable=False),
    Column("cause", String, nullable=False, server_default=""),  # why: stood_down, if it stands in for a lost day
    Column("offered_by", ForeignKey("staff.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)

offered = Table(  # to whom, and what they said; silence is kept as nothing at all
    "offered",
    metadata,
    _id(),
    Column("offer_id", ForeignKey("offers.id"), nullable=False),
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False),
    Column("answer", String, nullable=False, server_default=""),  # taken, no_thanks
    Column("answered_at", UtcDateTime),
    Column("appointment_id", ForeignKey("appointments.id")),
    UniqueConstraint("offer_id", "individual_id"),
)

# ── What is open ────────────────────────────────────────────────────────────────────────────────────────────────────

_OPEN = "withdrawn_at IS NULL AND closed_at IS NULL"  # few of all that there ever was
items = Table(
    "items",
    metadata,
    _id(),
    Column("kind", String, nullable=False),
    Column("once", String, unique=True, nullable=False),  # what there may be only one of: one alert per appointment
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("order_id", ForeignKey("orders.id")),
    Column("appointment_id", ForeignKey("appointments.id"), index=True),
    Column("reason", String, nullable=False, server_default=""),
    Column("words", Sealed),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("round", Integer, nullable=False, server_default="1"),  # rises when a withdrawn item opens again
    Column("claimed_by", ForeignKey("staff.id")),
    Column("claimed_at", UtcDateTime),
    Column("disputed_at", UtcDateTime),
    Column("withdrawn_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("number", Sealed),  # which number it is safe to ring
    Column("safe_time", Sealed),  # and when
    Column("outcome", String, nullable=False, server_default=""),
    Column("follow_up_at", UtcDateTime),  # by when a contact or a decision is expected; acknowledging does not stop it
    Column("listed_at", UtcDateTime),  # since when it stands on the manager's list
    Column("listed_why", String, nullable=False, server_default=""),
    Index("ix_items_open", "kind", "individual_id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
)

contacts = Table(  # what staff did about something open; what was undone stays beside it
    "contacts",
    metadata,
    _id(),
    Column("item_id", ForeignKey("items.id"), nullable=False, index=True),
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("how", String, nullable=False),  # rang_spoke, rang_no_answer, wrote, visited …
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
)

evidence = Table(  # what an individual sent to show why: a photo or a file
    "evidence",
    metadata,
    _id(),
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("item_id", ForeignKey("items.id"), index=True),
    Column("appointment_id", ForeignKey("appointments.id"), index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("mime", String, nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("content", SealedBytes),
    Column("update_id", BigInteger, unique=True),
)

notes = Table(  # what whoever runs a session notes for the case manager; never in an individual's chat
    "notes",
    metadata,
    _id(),
    Column("kind", String, nullable=False),  # private, or not_listed: somebody who is not on the register
    Column("appointment_id", ForeignKey("appointments.id"), index=True),  # of whom it is about …
    Column("individual_id", ForeignKey("individuals.id"), index=True),  # … none: somebody who is not on the register
    Column("day", Date, nullable=False),  # of the session
    Column("place_id", ForeignKey("places.id")),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("words", Sealed),
    Column("taken_by", ForeignKey("staff.id")),
    Column("taken_at", UtcDateTime),
)

duty_days = Table(  # who is on duty on a day; a day without a row: everybody with that role
    "duty_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
)

# ── What comes in and what goes out ─────────────────────────────────────────────────────────────────────────────────

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_hash", String, nullable=False, index=True),
    Column("raw", SealedJson, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("answer", SealedJson),  # kind + params of what is to be said; set in the same commit as the effects
    Column("parked_at", UtcDateTime),
    Column("leased_by", String),  # which process serves it, where there are several
    Column("leased_until", UtcDateTime),
)

answered = Table(  # updates that were dealt with: Telegram hands one over again if it did not hear that we have it
    "answered",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

# Why a message waits that trouble on its way has put off (`domain.outbox.Trouble`): of all that is planned a handful
PUT_OFF = "reason IN ('telegram_busy', 'telegram_trouble', 'texts_busy', 'texts_trouble')"
outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("key", String, unique=True, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("step", String, nullable=False, server_default=""),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("family", String, nullable=False, server_default=""),
    Column("to", String, nullable=False),
    Column("to_id", Integer),
    Column("individual_id", ForeignKey("individuals.id"), index=True),
    Column("params", JSON, nullable=False),  # ids and codes only, never a personal word
    Column("priority", Integer, nullable=False, server_default="1"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("status", String, nullable=False),
    Column("reason", String, nullable=False, server_default=""),
    Column("leased_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("rules", String, nullable=False, server_default=""),  # the version of the rules that planned it
    Index("ix_outbox_status_due_at", "status", "due_at"),
    Index(  # alerts go first, however much else is due
        "ix_outbox_alerts",
        "status",
        "due_at",
        sqlite_where=text("priority = 0"),
        postgresql_where=text("priority = 0"),
    ),
    Index("ix_outbox_put_off", "status", sqlite_where=text(PUT_OFF), postgresql_where=text(PUT_OFF)),
)

deliveries = Table(  # what Telegram accepted: which row, into which chat, as which message
    "deliveries",
    metadata,
    _id(),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False),
    Column("chat", ForeignKey("chats.id"), nullable=False, index=True),
    Column("message_id", BigInteger, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    UniqueConstraint("outbox_id", "chat"),
)

texts = Table(  # text messages: what the gateway accepted, and its receipt
    "texts",
    metadata,
    _id(),
    Column("outbox_id", ForeignKey("outbox.id"), index=True),  # none: one that came in
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("reference", String, unique=True, nullable=False),  # the gateway's own name for it
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("receipt", String, nullable=False, server_default=""),
    Column("receipt_at", UtcDateTime),
    Column("number", Sealed),  # where it went, which may be on somebody else's record since …
    Column("number_hash", String, index=True),  # … and what is texted back from there is whose it was
)

# ── Questionnaires: answers hang on a random form id; only the sitting knows the person ─────────────────────────────

sittings = Table(
    "sittings",
    metadata,
    _id(),
    Column("form_id", String, unique=True, nullable=False),  # of an exit form: nothing's, once it is settled
    Column("individual_id", ForeignKey("individuals.id"), nullable=False, index=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("occasion", String, nullable=False, server_default="end"),  # start, review:1, review:2 … or end
    Column("form", String, nullable=False),
    Column("version", String, nullable=False),
    Column("way", String, nullable=False, server_default=""),  # how it was answered: chat, worker_phone, phone, paper
    Column("owed_at", UtcDateTime, nullable=False),
    Column("offered_at", UtcDateTime),
    Column("offered_how", String, nullable=False, server_default=""),  # telegram, text (with its receipt) or staff
    Column("offered_by", ForeignKey("staff.id")),  # who recorded that they offered it
    Column("helper_id", ForeignKey("staff.id")),  # who was named to ask, where the chat cannot …
    Column("helper_named_by", ForeignKey("staff.id")),  # … and by whom
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("declined_at", UtcDateTime),
    Column("closed_at", UtcDateTime),  # nobody answered in time
    Column("withdrawn_at", UtcDateTime),  # whoever answered took it back
    Column("settled_at", UtcDateTime),  # the link to the answers is gone
    UniqueConstraint("order_id", "occasion"),
)

forms = Table(  # the half without a person: by its random id, with no order and no exact time
    "forms",
    metadata,
    Column("form_id", String, primary_key=True),
    Column("form", String, nullable=False),
    Column("version", String, nullable=False),
    Column("state", SealedJson),  # the engine's own row while the form is being answered; none once it is sent
    Column("ended_on", Date, nullable=False),  # first day of the quarter in which the order ended, or the form was owed
    Column("sent_on", Date),  # first day of the quarter in which the answers were sent
    Column("way", String, nullable=False, server_default=""),  # as of the sitting
    Column(
        "requirements", String, nullable=False, server_default=""
    ),  # unpaid_work, supervision or both, joined with +
    Column(
        "ending", String, nullable=False, server_default=""
    ),  # once settled: finished, declined, silent, withdrawn …
    Column(
        "start", String, nullable=False, server_default=""
    ),  # once settled: the ref of the form at the start, if any
)

answers = Table(
    "answers",
    metadata,
    _id(),
    Column("form_id", ForeignKey("forms.form_id"), nullable=False, index=True),
    Column("question", String, nullable=False),
    Column("value", String),  # option ids joined with +; none if the answer is free text or was skipped
    Column("words", Sealed),
)

starts = Table(  # once settled: what was answered at the start to the questions that are asked again at the end
    "starts",
    metadata,
    _id(),
    Column("form_id", ForeignKey("forms.form_id"), nullable=False, index=True),
    Column("pair", String, nullable=False),
    Column("value", String),  # as in answers; free text is never kept here, only `answered`
)

quotes = Table(  # own words of the end, once somebody outside the case team has read them
    "quotes",
    metadata,
    _id(),
    Column("form_id", ForeignKey("forms.form_id"), nullable=False, index=True),
    Column("question", String, nullable=False),
    Column("allowed", String, nullable=False),  # yes, or ask: show me first
    Column("status", String, nullable=False),  # waiting, unfit, asked, agreed, refused
    Column("words", Sealed),  # as they may be printed: names taken out
    Column("moderated_by", ForeignKey("staff.id")),
    Column("moderated_at", UtcDateTime),
    Column("asked_at", UtcDateTime),
    Column("quarter", Date, nullable=False),  # first day of the quarter in which they were sent
    UniqueConstraint("form_id", "question"),
)

# ── Packs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

packs = Table(  # figures as they stood when they were drawn up; a correction is a new version beside the old one
    "packs",
    metadata,
    _id(),
    Column("kind", String, nullable=False),  # quarter or year
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", ForeignKey("staff.id")),  # none: the command line
    Column("why", Sealed),  # of a correction, in the words of whoever made it
    Column("content", SealedBytes, nullable=False),  # a ZIP of its files
    Column("digest", String, nullable=False),  # SHA-256 of the content, in hexadecimal
    Column("signed_by", ForeignKey("staff.id")),
    Column("signed_at", UtcDateTime),
    UniqueConstraint("kind", "first", "version"),
)

# ── Running it ──────────────────────────────────────────────────────────────────────────────────────────────────────

imports = Table(
    "imports",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("counts", JSON, nullable=False),
)

import_values = Table(  # the value last read for each row and column of the export
    "import_values",
    metadata,
    Column("kind", String, primary_key=True),
    Column("ref", String, primary_key=True),
    Column("row", SealedJson, nullable=False),
)

runs = Table(  # when each job of the clock last ran to its end
    "runs",
    metadata,
    Column("job", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

leases = Table(  # what only one process does at a time, where there are several
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

switches = Table(  # what a manager has turned off in the chat, and put on record
    "switches",
    metadata,
    Column("name", String, primary_key=True),
    Column("off_at", UtcDateTime, nullable=False),
    Column("off_by", ForeignKey("staff.id")),  # none: the command line
)

anchors = Table(  # where the chain of the access record begins once its oldest rows have gone
    "anchors",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("access_id", Integer, nullable=False),  # the last row that went
    Column("chain", String, nullable=False),  # and its link, which the first row that stays goes on from
    Column("gone", Integer, nullable=False),  # how many rows have gone in all
)
