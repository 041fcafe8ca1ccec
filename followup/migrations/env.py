"""Alembic's entry: works on the connection it is given, inside the caller's transaction."""

from __future__ import annotations

from alembic import context

from followup.models import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
