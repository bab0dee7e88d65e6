"""Matters, decisions and measures"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
MATTER_STATES = sa.Enum("OPEN", "DECIDED", "CLOSED", name="matterstate")
MATTER_ACTS = sa.Enum("RAISED", "SENT_UP", "SENT_DOWN", "DEFERRED", "DECIDED", "CLOSED", name="matteract")
MEASURE_STATES = ("NEW", "GOING", "DONE", "DECLINED")


def _by() -> list[sa.Column]:
    return [
        sa.Column("by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("by_name", TEXT(), nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("agreement_id", sa.Integer(), sa.ForeignKey("agreement.id"), nullable=False),
        sa.Column("forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=False),
        sa.Column("title", TEXT(), nullable=False),
        sa.Column("text", TEXT(), nullable=False),
        sa.Column("state", MATTER_STATES, nullable=False),
        sa.Column("visibility", TEXT(), nullable=False),
        sa.Column("raised_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("raised_by_name", TEXT(), nullable=False),
        sa.Column("raised_at", MOMENT(), nullable=False),
        sa.Column("raised_key", TEXT(), nullable=False, unique=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_matter_agreement_id", "matter", ["agreement_id"])
    op.create_index("ix_matter_forum_id", "matter", ["forum_id"])
    op.create_table(
        "matter_step",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=False),
        sa.Column("act", MATTER_ACTS, nullable=False),
        sa.Column("from_forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=True),
        sa.Column("to_forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=True),
        sa.Column("reason", TEXT(), nullable=False),
        *_by(),
    )
    op.create_index("ix_matter_step_matter_id", "matter_step", ["matter_id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=False),
        sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=True),
        sa.Column("occasion_id", sa.Integer(), sa.ForeignKey("occasion.id"), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", TEXT(), nullable=False),
        sa.Column("amends", sa.Boolean(), nullable=False),
        sa.Column("visibility", TEXT(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("recorded_by_name", TEXT(), nullable=False),
        sa.Column("recorded_at", MOMENT(), nullable=False),
        sa.UniqueConstraint("forum_id", "year", "number", name="one_decision_per_number"),
    )
    op.create_index("ix_decision_forum_id", "decision", ["forum_id"])
    op.create_index("ix_decision_matter_id", "decision", ["matter_id"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("decision_id", sa.Integer(), sa.ForeignKey("decision.id"), nullable=False),
        sa.Column("party_id", sa.Integer(), sa.ForeignKey("party.id"), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        *_by(),
    )
    op.create_index("ix_approval_decision_id", "approval", ["decision_id"])
    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("agreement_id", sa.Integer(), sa.ForeignKey("agreement.id"), nullable=False),
        sa.Column("forum_id", sa.Integer(), sa.ForeignKey("forum.id"), nullable=False),
        sa.Column("decision_id", sa.Integer(), sa.ForeignKey("decision.id"), nullable=True),
        sa.Column("title", TEXT(), nullable=False),
        sa.Column("seat_id", sa.Integer(), sa.ForeignKey("seat.id"), nullable=True),
        sa.Column("party_id", sa.Integer(), sa.ForeignKey("party.id"), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.Enum(*MEASURE_STATES, name="measurestate"), nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("seat_id IS NULL OR party_id IS NULL", name="one_is_responsible"),
    )
    for column in ("agreement_id", "forum_id", "decision_id"):
        op.create_index(f"ix_measure_{column}", "measure", [column])
    op.create_table(
        "measure_report",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("measure_id", sa.Integer(), sa.ForeignKey("measure.id"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*MEASURE_STATES, name="measurestate").with_variant(_existing(), "postgresql"),
            nullable=False,
        ),
        sa.Column("text", TEXT(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        *_by(),
    )
    op.create_index("ix_measure_report_measure_id", "measure_report", ["measure_id"])


def _existing() -> sa.types.TypeEngine[str]:
    """The type that the table before has made: PostgreSQL makes it once."""
    return postgresql.ENUM(*MEASURE_STATES, name="measurestate", create_type=False)


def downgrade() -> None:
    for table in ("measure_report", "measure", "approval", "decision", "matter_step", "matter"):
        op.drop_table(table)
