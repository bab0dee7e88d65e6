"""Who has left or is a guest; how far each item may be shown; which organisations share each channel"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column("person", sa.Column("deactivated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("guest", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in ("commitment", "outcome"):
        op.add_column(table, sa.Column("visibility", TEXT(), nullable=False, server_default="parterna"))
    op.add_column("notice", sa.Column("visibility", TEXT(), nullable=True))
    op.create_table(
        "slack_channel",
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), primary_key=True),
        sa.Column("channel_id", TEXT(), primary_key=True),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("shared_with", sa.JSON(), nullable=False),
        sa.Column("looked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("slack_channel")
    op.drop_column("notice", "visibility")
    for table in ("outcome", "commitment"):
        op.drop_column(table, "visibility")
    op.drop_column("person", "guest")
    op.drop_column("person", "deactivated")
