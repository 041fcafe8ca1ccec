"""Tables of the gateway: what came in, what is to go out, and how each person can be reached."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

metadata = sa.MetaData()

inbox = sa.Table(
    "gateway_inbox",
    metadata,
    # The order in which events came; the platform's own id makes them unique.
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    # Blank once it is done.
    sa.Column("body", sa.LargeBinary),
    sa.UniqueConstraint("channel", "event_id", name="gateway_inbox_event"),
    sa.Index("gateway_inbox_waiting", "state", "conversation", "number"),
)
outbox = sa.Table(
    "gateway_outbox",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", sa.DateTime(timezone=True)),
    # Why it could not be sent, or how far it got: a code, never words of the platform.
    sa.Column("reason", sa.Text),
    sa.Column("platform_id", sa.Text),
    sa.Column("body", sa.LargeBinary),
    sa.Index("gateway_outbox_waiting", "state", "conversation", "number"),
    sa.Index("gateway_outbox_platform_id", "platform_id"),
)
contact = sa.Table(
    "gateway_contact",
    metadata,
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("heard_at", sa.DateTime(timezone=True)),
    sa.Column("unreachable", sa.Text),
    sa.Column("source", sa.Text),
    # The message with the last buttons, so that they can be taken away after the answer.
    sa.Column("buttons_on", sa.Text),
)
cursor = sa.Table(
    "gateway_cursor",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)

# What is remembered of a conversation for a while: the last question, a voice note to fetch, a code to join two.
note = sa.Table(
    "gateway_note",
    metadata,
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("gateway_note_name", "name", "at"),
)
# Who asked to be forgotten: the last words go out first, then everything here goes.
farewell = sa.Table(
    "gateway_farewell",
    metadata,
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
# Platforms that let us in no more, until they do again.
alert = sa.Table(
    "gateway_alert",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
)


def make_tables(engine: Engine) -> None:
    """Put the tables in place, where they are not yet."""
    try:
        metadata.create_all(engine)
    except DBAPIError:
        # Another process was making the same tables at this moment; what is still missing is made now.
        metadata.create_all(engine)
