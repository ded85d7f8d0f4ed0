"""Learning"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('gaps',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('samples', sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('candidates', sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    sa.Column('people', sa.Integer(), server_default='0', nullable=False),
    sa.Column('misses', sa.Integer(), server_default='0', nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), server_default='new', nullable=False),
    sa.Column('assignee', sa.String(length=255), server_default='', nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('entry', sa.String(length=255), server_default='', nullable=False),
    sa.Column('becomes', sa.String(length=20), server_default='', nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recurs_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['recurs_id'], ['gaps.id'], name=op.f('fk_gaps_recurs_id_gaps'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gaps'))
    )
    with op.batch_alter_table('gaps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gaps_last_at'), ['last_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_gaps_people'), ['people'], unique=False)
        batch_op.create_index(batch_op.f('ix_gaps_recurs_id'), ['recurs_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gaps_state'), ['state'], unique=False)

    op.create_table('office_shifts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=True),
    sa.Column('on_date', sa.Date(), nullable=True),
    sa.Column('opens', sa.Time(), nullable=True),
    sa.Column('closes', sa.Time(), nullable=True),
    sa.Column('label', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_shifts'))
    )
    with op.batch_alter_table('office_shifts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_office_shifts_on_date'), ['on_date'], unique=False)

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('choice_message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('choice_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('owes_news', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f('ix_conversations_mode_until'), ['mode_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversations_choice_until'), ['choice_until'], unique=False)

    with op.batch_alter_table('handoffs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('claimed_by', sa.String(length=255), server_default='', nullable=False))
        batch_op.add_column(sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ended', sa.String(length=10), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_handoffs_closed_at'), ['closed_at'], unique=False)

    with op.batch_alter_table('misses', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('gap_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('digest', sa.String(length=20), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_misses_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_misses_gap_id'), ['gap_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_misses_message_id'), ['message_id'])
        batch_op.create_foreign_key(batch_op.f('fk_misses_message_id_messages'), 'messages', ['message_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_misses_gap_id_gaps'), 'gaps', ['gap_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_misses_contact_id_contacts'), 'contacts', ['contact_id'], ['id'], ondelete='CASCADE')
        batch_op.drop_column('state')

    op.execute(
        'UPDATE misses SET contact_id = '
        '(SELECT contact_id FROM conversations WHERE conversations.id = misses.conversation_id)'
    )
    op.create_table('follow_ups',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=20), nullable=False),
    sa.Column('miss_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), server_default='waiting', nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_follow_ups_contact_id_contacts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_follow_ups_message_id_messages'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['miss_id'], ['misses.id'], name=op.f('fk_follow_ups_miss_id_misses'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_ups')),
    sa.UniqueConstraint('contact_id', 'digest', name=op.f('uq_follow_ups_contact_id'))
    )
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_ups_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_ups_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_ups_miss_id'), ['miss_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_ups_state'), ['state'], unique=False)
