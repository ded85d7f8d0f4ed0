"""Entry workflow"""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_key', sa.String(length=120), nullable=False),
    sa.Column('author', sa.String(length=255), nullable=False),
    sa.Column('base', sa.Integer(), nullable=False),
    sa.Column('fields', sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('entry_key', 'author', name=op.f('uq_drafts_entry_key'))
    )
    with op.batch_alter_table('entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('owner', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('review_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('search_text', sa.Text(), server_default='', nullable=False))
    on_expiry = sa.Enum('warn', 'hide', 'successor', name='onexpiry', native_enum=False, length=16)
    with op.batch_alter_table('revisions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answer_full', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('buttons', sa.JSON().with_variant(JSONB(), "postgresql"), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('audience', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('document', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('on_expiry', on_expiry, server_default='warn', nullable=False))
        batch_op.add_column(sa.Column('successor', sa.String(length=120), server_default='', nullable=False))
        batch_op.add_column(sa.Column('author', sa.String(length=255), server_default='', nullable=False))
        batch_op.add_column(sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('submitted_by', sa.String(length=255), server_default='', nullable=False))
        batch_op.add_column(sa.Column('review_note', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('approved_by', sa.String(length=255), server_default='', nullable=False))
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index('ix_messages_entry', ['entry', 'outcome', 'created_at'], unique=False)
    fill_search_text()


def fill_search_text() -> None:
    """Give existing entries the words they are found by; saving one again writes them as the program does."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(
        "SELECT e.id, e.key, r.question, r.answer FROM entries e JOIN revisions r ON r.entry_id = e.id "
        "WHERE r.number = (SELECT max(number) FROM revisions WHERE entry_id = e.id)"
    )).all()
    for row in rows:
        marked = unicodedata.normalize('NFD', f'{row.key} {row.question} {row.answer}'.lower().replace('\u0111', 'd'))
        words = ''.join(letter for letter in marked if not unicodedata.combining(letter))
        connection.execute(sa.text("UPDATE entries SET search_text = :words WHERE id = :id"), {"words": words, "id": row.id})
