from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate

from wellbeing import checks, signed_history


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    label = "wellbeing"
    verbose_name = "Studies, protocol and load"

    def ready(self) -> None:
        for check in (
            checks.every_address_is_guarded,
            checks.no_job_runs_twice,
            checks.no_admin,
        ):
            register(check)
        post_migrate.connect(signed_history.make_triggers, sender=self)
