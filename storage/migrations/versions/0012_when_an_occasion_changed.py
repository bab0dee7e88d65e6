"""When an occasion was last changed"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column("occasion", sa.Column("changed_at", MOMENT(), nullable=True))


def downgrade() -> None:
    op.drop_column("occasion", "changed_at")
