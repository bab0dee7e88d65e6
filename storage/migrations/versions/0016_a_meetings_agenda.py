"""A meeting's agenda as it was sent; when minutes are fixed; measures that are a forum's, or wait for the parties"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from storage.append_only import AGENDA, freezing, thawing

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "agenda_point",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("occasion_id", sa.Integer(), sa.ForeignKey("occasion.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", TEXT(), nullable=False),
        sa.Column("title", TEXT(), nullable=False),
        sa.Column("detail", TEXT(), nullable=False),
        sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=True),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
        sa.UniqueConstraint("occasion_id", "number", name="one_point_per_number"),
        sa.UniqueConstraint("occasion_id", "key", name="one_point_per_key"),
    )
    op.create_index("ix_agenda_point_occasion_id", "agenda_point", ["occasion_id"])
    for statement in freezing(op.get_bind().dialect.name, AGENDA):
        op.execute(statement)
    op.add_column("minutes", sa.Column("fixes_at", MOMENT(), nullable=True))
    op.add_column(
        "measure",
        sa.Column("answering_forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=True),
        inline_references=True,
    )
    op.add_column("measure", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_measure_answering_forum_id", "measure", ["answering_forum_id"])


def downgrade() -> None:
    op.drop_index("ix_measure_answering_forum_id", "measure")
    with op.batch_alter_table("measure") as batch:
        batch.drop_column("waits")
        batch.drop_column("answering_forum_id")
    op.drop_column("minutes", "fixes_at")
    for statement in thawing(op.get_bind().dialect.name, AGENDA):
        op.execute(statement)
    op.drop_table("agenda_point")
