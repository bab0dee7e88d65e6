"""The steps of matters, decisions, approvals and reports of measures are append-only too"""

from alembic import op

from storage.append_only import BUSINESS, freezing, thawing

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in freezing(op.get_bind().dialect.name, BUSINESS):
        op.execute(statement)


def downgrade() -> None:
    for statement in thawing(op.get_bind().dialect.name, BUSINESS):
        op.execute(statement)
