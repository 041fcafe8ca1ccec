"""What a turn said, for an hour, so that a message whose answer was cut short gets the same answer again.

Revision: 2026_11_22_what_was_said. Before it: 2026_11_22_unknown_messages.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_what_was_said"
down_revision = "2026_11_22_unknown_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column."""
    op.add_column("turn", sa.Column("said", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """It goes with its words."""
    with op.batch_alter_table("turn") as table:
        table.drop_column("said")
