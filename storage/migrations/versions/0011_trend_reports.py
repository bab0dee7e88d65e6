"""Trends reported from a forum to the one above"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from storage.append_only import TRENDS, freezing, thawing

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "trend_report",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=False),
        sa.Column("to_forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=False),
        sa.Column("area", TEXT(), nullable=False),
        sa.Column("trends", sa.JSON(), nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("by_name", TEXT(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    )
    op.create_index("ix_trend_report_forum_id", "trend_report", ["forum_id"])
    op.create_index("ix_trend_report_to_forum_id", "trend_report", ["to_forum_id"])
    for statement in freezing(op.get_bind().dialect.name, TRENDS):
        op.execute(statement)


def downgrade() -> None:
    for statement in thawing(op.get_bind().dialect.name, TRENDS):
        op.execute(statement)
    op.drop_table("trend_report")
