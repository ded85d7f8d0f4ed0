"""Eligibility guides with their revisions, and the slips people print"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guides',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('status', sa.Enum('draft', 'in_review', 'published', 'suspended', 'archived', name='status', native_enum=False, length=16), server_default='draft', nullable=False),
    sa.Column('published_revision_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guides')),
    sa.UniqueConstraint('key', name=op.f('uq_guides_key'))
    )
    op.create_table('guide_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guide_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    sa.Column('change_note', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['guide_id'], ['guides.id'], name=op.f('fk_guide_revisions_guide_id_guides')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_revisions')),
    sa.UniqueConstraint('guide_id', 'number', name=op.f('uq_guide_revisions_guide_id'))
    )
    with op.batch_alter_table('guides', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guides_published_revision_id'), ['published_revision_id'], unique=False)
        batch_op.create_foreign_key('fk_guides_published_revision_id_guide_revisions', 'guide_revisions', ['published_revision_id'], ['id'])

    op.create_table('guide_slips',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content', sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_guide_slips_conversation_id_conversations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_guide_slips'))
    )
    with op.batch_alter_table('guide_slips', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guide_slips_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_guide_slips_expires_at'), ['expires_at'], unique=False)
