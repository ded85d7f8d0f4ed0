"""Articles watched: their paragraphs, how the last look at each page went, and what a change touches"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('paragraphs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('vanished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_paragraphs_article_id_articles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paragraphs'))
    )
    with op.batch_alter_table('paragraphs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paragraphs_article_id'), ['article_id'], unique=False)

    op.create_table('article_checks',
    sa.Column('article_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('http_status', sa.Integer(), nullable=True),
    sa.Column('etag', sa.Text(), server_default='', nullable=False),
    sa.Column('last_modified', sa.Text(), server_default='', nullable=False),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('gone', sa.Integer(), server_default='0', nullable=False),
    sa.Column('problem', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_article_checks_article_id_articles')),
    sa.PrimaryKeyConstraint('article_id', name=op.f('pk_article_checks'))
    )
    with op.batch_alter_table('article_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_article_checks_due_at'), ['due_at'], unique=False)

    op.create_table('article_flags',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('change', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('old_text', sa.Text(), nullable=False),
    sa.Column('new_text', sa.Text(), server_default='', nullable=False),
    sa.Column('is_quote_intact', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('has_suspended', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_article_flags_article_id_articles')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_article_flags_entry_id_entries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_flags'))
    )
    with op.batch_alter_table('article_flags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_article_flags_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_article_flags_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_article_flags_state'), ['state'], unique=False)
        batch_op.create_index('uq_article_flags_open', ['entry_id', 'article_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
