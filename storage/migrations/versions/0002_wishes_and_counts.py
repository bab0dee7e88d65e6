"""People's own wishes, and what an outcome counts: its area and quantity"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("quiet_from", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("person", sa.Column("quiet_to", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("person", sa.Column("gathers", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outcome", sa.Column("area", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("outcome", sa.Column("quantity", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("outcome", "quantity")
    op.drop_column("outcome", "area")
    op.drop_column("person", "gathers")
    op.drop_column("person", "quiet_to")
    op.drop_column("person", "quiet_from")
