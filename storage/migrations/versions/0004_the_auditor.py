"""What the bot keeps about itself: ticks, the auditor's looks, missing reminders and findings"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STRING = sqlmodel.sql.sqltypes.AutoString()
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()


def upgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        batch.add_column(sa.Column("facts_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "refused_notices",
        "notice",
        ["due_at"],
        sqlite_where=sa.text("state = 'REFUSED'"),
        postgresql_where=sa.text("state = 'REFUSED'"),
    )
    op.create_table(
        "tick",
        sa.Column("name", STRING, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("worker", STRING, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "agreement_look",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("facts_version", sa.Integer(), nullable=False),
        sa.Column("stable_since", MOMENT, nullable=False),
        sa.Column("looked_until", MOMENT, nullable=False),
        sa.Column("look_again_at", MOMENT, nullable=False),
        sa.Column("fault", STRING, nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.PrimaryKeyConstraint("agreement_id"),
    )
    op.create_index("ix_agreement_look_look_again_at", "agreement_look", ["look_again_at"])
    _missing_reminder()
    _finding()


def _missing_reminder() -> None:
    op.create_table(
        "missing_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("key", STRING, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("about_forum_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("forum_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("passed_by", sa.Boolean(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("over_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.ForeignKeyConstraint(["about_forum_id"], ["forum.id"]),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"]),
        sa.ForeignKeyConstraint(["forum_id"], ["forum.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    for column in ("workspace_id", "agreement_id", "commitment_id"):
        op.create_index(f"ix_missing_reminder_{column}", "missing_reminder", [column])


def _finding() -> None:
    op.create_table(
        "finding",
        sa.Column("key", STRING, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("alarming", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("oldest", MOMENT, nullable=True),
        sa.Column("reason", STRING, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("over_at", MOMENT, nullable=True),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("owed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_finding_workspace_id", "finding", ["workspace_id"])


def downgrade() -> None:
    for table in ("finding", "missing_reminder", "agreement_look", "tick"):
        op.drop_table(table)
    op.drop_index("refused_notices", "notice")
    with op.batch_alter_table("agreement") as batch:
        batch.drop_column("facts_version")
