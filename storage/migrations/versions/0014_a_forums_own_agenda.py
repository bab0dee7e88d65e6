"""A forum's own agenda"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("forum", sa.Column("agenda", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("forum", "agenda")
