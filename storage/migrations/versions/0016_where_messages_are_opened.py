"""Where a workspace's messages are opened"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("url", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("workspace", "url")
