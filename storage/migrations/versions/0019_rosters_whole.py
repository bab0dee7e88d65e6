"""What was chosen at a handover, how channels and rosters differ, and roster files that wait for a yes"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
STATES = sa.Enum("WAITING", "DONE", "WITHDRAWN", name="handoverstate")


def upgrade() -> None:
    op.create_table(
        "channel_difference",
        sa.Column("forum_id", sa.Integer(), sa.ForeignKey("forum.id"), primary_key=True),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("settled", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    op.create_table(
        "roster_draft",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("name", TEXT(), nullable=False),
        sa.Column("content", TEXT(), nullable=False),
        sa.Column("mark", TEXT(), nullable=False),
        sa.Column("handed_in_at", MOMENT(), nullable=False),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("agreement_id", sa.Integer(), sa.ForeignKey("agreement.id"), nullable=False),
        sa.Column("forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=False),
        sa.Column("seat_id", sa.Integer(), sa.ForeignKey("seat.id"), nullable=False),
        sa.Column("measure_id", sa.Integer(), sa.ForeignKey("measure.id"), nullable=True),
        sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=True),
        sa.Column("from_person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("to_person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("at", MOMENT(), nullable=False),
        sa.CheckConstraint("(measure_id IS NULL) <> (matter_id IS NULL)", name="one_thing_is_handed_over"),
    )
    for column in ("agreement_id", "forum_id", "seat_id", "measure_id", "matter_id"):
        op.create_index(f"ix_handover_{column}", "handover", [column])
    with op.batch_alter_table("matter") as matter:
        matter.add_column(
            sa.Column("carried_by", sa.Integer(), sa.ForeignKey("person.id", name="matter_carried_by"), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("matter") as matter:
        matter.drop_column("carried_by")
    op.drop_table("handover")
    STATES.drop(op.get_bind(), checkfirst=True)
    op.drop_table("roster_draft")
    op.drop_table("channel_difference")
