"""On SQLite a stored update wakes its lane by itself

One statement then does what a batch of updates needs. PostgreSQL does it in one statement without a trigger.
A later `batch_alter_table('updates')` must create the trigger again: SQLite drops it with the table it copies.
"""

from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        return
    op.execute(
        'CREATE TRIGGER updates_wake_lane AFTER INSERT ON updates BEGIN '
        'INSERT INTO lanes (key, ready_at) VALUES (NEW.lane_key, NEW.received_at) '
        'ON CONFLICT (key) DO UPDATE SET ready_at = excluded.ready_at '
        'WHERE lanes.ready_at IS NULL OR lanes.ready_at > excluded.ready_at; END'
    )
