"""An index of what waits to be carried, however much has been sent"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('WAITING', 'CLAIMED')")


def upgrade() -> None:
    op.create_index("outgoing_due", "outgoing", ["due_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("outgoing_due", "outgoing")
