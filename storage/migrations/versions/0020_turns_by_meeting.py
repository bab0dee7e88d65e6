"""Turns in the chair that follow a meeting, the vice chair by decision, and answers taken back"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME = "one_turn_starts_a_day"


def upgrade() -> None:
    op.add_column("chair_anchor", sa.Column("taken_back", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("chair_term") as batch:
        batch.add_column(sa.Column("vice", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("meeting", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("occasion_id", sa.Integer(), nullable=False, server_default="0"))
        batch.drop_constraint(NAME, type_="unique")
        batch.create_unique_constraint(NAME, ["forum_id", "starts", "vice", "meeting", "occasion_id", "replaced"])


def downgrade() -> None:
    op.execute("DELETE FROM chair_term WHERE vice OR meeting > 0 OR occasion_id > 0")
    with op.batch_alter_table("chair_term") as batch:
        batch.drop_constraint(NAME, type_="unique")
        batch.create_unique_constraint(NAME, ["forum_id", "starts", "replaced"])
        batch.drop_column("occasion_id")
        batch.drop_column("meeting")
        batch.drop_column("vice")
    op.drop_column("chair_anchor", "taken_back")
