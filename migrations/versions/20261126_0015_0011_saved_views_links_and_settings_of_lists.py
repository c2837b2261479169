"""Make saved views usable: one default per role, links to a list, and what each person set for themselves.

`saved_views` holds a few rows a person; its new constraint is validated at once, after it was added as not valid.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Ciphertext is the application's alone. Limited people read views like everybody: no row of them is about a lead.
RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON list_links, list_settings TO aurum_app, aurum_jobs;
GRANT MAINTAIN ON list_links, list_settings TO aurum_jobs;
GRANT SELECT (id, page, definition, created_by, created_at, expires_at) ON list_links TO aurum_reader;
GRANT SELECT ON list_settings TO aurum_reader, aurum_scoped;
GRANT SELECT (id, owner_id, page, view_name, definition, is_shared, is_pinned, default_for_role, created_at, updated_at)
    ON saved_views TO aurum_scoped;
"""
SHARED, DEFAULT = "ix_saved_views_shared", "uq_saved_views_default_for_role"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "list_links",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column(
            "definition",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="as of a saved view",
        ),
        sa.Column(
            "search_encrypted",
            postgresql.BYTEA(),
            nullable=True,
            comment="what was searched: a name, a phone, an email",
        ),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_links")),
    )
    op.create_index("ix_list_links_expires_at", "list_links", ["expires_at"])
    op.create_table(
        "list_settings",
        sa.Column("user_ref", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column(
            "columns", postgresql.ARRAY(sa.Text()), nullable=True, comment="in their order; null: the usual ones"
        ),
        sa.Column("start_view_ref", sa.Uuid(), nullable=True, comment="saved_views.id that they start with"),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("user_ref", "page", name=op.f("pk_list_settings")),
    )
    op.alter_column("saved_views", "is_pinned", comment="a button above the list, for everybody who sees the view")
    op.alter_column(
        "saved_views", "default_for_role", comment="people of this role start with it, unless they chose another"
    )
    op.execute(
        "ALTER TABLE saved_views ADD CONSTRAINT ck_saved_views_default_is_shared"
        " CHECK (default_for_role IS NULL OR is_shared) NOT VALID"
    )
    op.execute(RIGHTS)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE saved_views VALIDATE CONSTRAINT ck_saved_views_default_is_shared")
        for name in (SHARED, DEFAULT):  # one that failed would be taken for done
            op.drop_index(name, table_name="saved_views", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            SHARED,
            "saved_views",
            ["page", "view_name"],
            postgresql_where=sa.text("is_shared"),
            postgresql_concurrently=True,
        )
        op.create_index(
            DEFAULT,
            "saved_views",
            ["page", "default_for_role"],
            unique=True,
            postgresql_where=sa.text("default_for_role IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    """Take back."""
    with op.get_context().autocommit_block():
        for name in (SHARED, DEFAULT):
            op.drop_index(name, table_name="saved_views", if_exists=True, postgresql_concurrently=True)
    op.execute("REVOKE ALL ON saved_views FROM aurum_scoped")
    op.drop_constraint(op.f("ck_saved_views_default_is_shared"), "saved_views", type_="check")
    op.alter_column("saved_views", "default_for_role", comment=None)
    op.alter_column("saved_views", "is_pinned", comment=None)
    op.drop_table("list_settings")
    op.drop_table("list_links")
