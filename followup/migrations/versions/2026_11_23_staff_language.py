"""The language in which a member of staff reads the console.

Revision: 2026_11_23_staff_language. Before it: 2026_11_23_rules_in_console.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_staff_language"
down_revision = "2026_11_23_rules_in_console"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody reads Spanish until they choose."""
    op.add_column("practitioner", sa.Column("reads_in", sa.String(length=8), nullable=False, server_default="es"))


def downgrade() -> None:
    """As it was; the choices go."""
    op.drop_column("practitioner", "reads_in")
