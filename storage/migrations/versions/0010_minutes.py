"""Minutes of meetings, in versions, and what is said and done about them"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from storage.append_only import MINUTES, freezing, thawing

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "minutes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("occasion_id", sa.Integer(), sa.ForeignKey("occasion.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attendance", sa.JSON(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("adjusters", sa.JSON(), nullable=False),
        sa.Column("visibility", TEXT(), nullable=False),
        sa.Column("written_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("written_by_name", TEXT(), nullable=False),
        sa.Column("written_at", MOMENT(), nullable=False),
        sa.UniqueConstraint("occasion_id", "version", name="one_minutes_per_version"),
    )
    op.create_index("ix_minutes_occasion_id", "minutes", ["occasion_id"])
    op.create_table(
        "minutes_step",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("occasion_id", sa.Integer(), sa.ForeignKey("occasion.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("act", TEXT(), nullable=False),
        sa.Column("text", TEXT(), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("by_name", TEXT(), nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
    )
    op.create_index("ix_minutes_step_occasion_id", "minutes_step", ["occasion_id"])
    for statement in freezing(op.get_bind().dialect.name, MINUTES):
        op.execute(statement)


def downgrade() -> None:
    for statement in thawing(op.get_bind().dialect.name, MINUTES):
        op.execute(statement)
    op.drop_table("minutes_step")
    op.drop_table("minutes")
