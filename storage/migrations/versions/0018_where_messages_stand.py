"""Where a workspace's messages are opened, and which have had their calendar file"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("url", sa.String(), nullable=False, server_default=""))
    op.add_column("notice", sa.Column("calendar_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("notice", "calendar_at")
    op.drop_column("workspace", "url")
