"""How far a trend report may be shown, and channels with a new id"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column("trend_report", sa.Column("visibility", TEXT(), nullable=False, server_default="parterna"))
    op.add_column("slack_channel", sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("slack_channel", "unsure")
    op.drop_column("trend_report", "visibility")
