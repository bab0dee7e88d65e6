"""The records table, disposals, and what the database itself keeps append-only"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from storage.append_only import statements, undoing

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "record_rule",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("kind", TEXT(), nullable=False),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("decision", TEXT(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("note", TEXT(), nullable=False),
        sa.Column("imported_at", MOMENT(), nullable=False),
        sa.UniqueConstraint("workspace_id", "kind", name="one_rule_per_kind"),
        sa.CheckConstraint("keep OR (months IS NOT NULL AND decision <> '')", name="disposal_needs_a_decision"),
    )
    op.create_index("ix_record_rule_workspace_id", "record_rule", ["workspace_id"])
    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
        sa.Column("code", TEXT(), nullable=False, unique=True),
        sa.Column("proposed_at", MOMENT(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("digest", TEXT(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", MOMENT(), nullable=True),
        sa.Column("confirmed_by", TEXT(), nullable=False),
    )
    op.create_index("ix_disposal_workspace_id", "disposal", ["workspace_id"])
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in undoing(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("disposal")
    op.drop_table("record_rule")
