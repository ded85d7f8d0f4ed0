"""How many wrong answers staff allow at most; empty: the assistant's own thresholds"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.add_column(sa.Column('caution', sa.Double(), nullable=True))
