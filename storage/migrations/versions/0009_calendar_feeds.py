"""Secret addresses for calendars"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=True),
        sa.Column("token_digest", TEXT(), nullable=False, unique=True),
        sa.Column("made_at", MOMENT(), nullable=False),
        sa.Column("revoked_at", MOMENT(), nullable=True),
    )
    op.create_index("ix_calendar_feed_workspace_id", "calendar_feed", ["workspace_id"])
    op.create_index("ix_calendar_feed_person_id", "calendar_feed", ["person_id"])


def downgrade() -> None:
    op.drop_table("calendar_feed")
