from django.apps import AppConfig
from django.db.models.signals import post_migrate

from sessions.guard import make_sqlite_triggers


class SupportSessionsConfig(AppConfig):
    """`sessions` is also the label of Django's own app, so ours carries another.

    It stood here before the first migration: tables, permissions and the migration
    history are named by it. Never run `migrate sessions zero`; that is Django's app
    and signs everybody out (docs/operations.md).
    """

    name = "sessions"
    label = "support_sessions"
    verbose_name = "Debriefs and supervision"

    def ready(self) -> None:
        post_migrate.connect(make_sqlite_triggers, sender=self)
