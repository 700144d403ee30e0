"""How Alembic runs the migrations: on the connection it is given, in that one's transaction."""

from alembic import context

from audiopub.adapters.sql.schema import metadata


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True, compare_server_default=False, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


_run()
