from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    label = "wellbeing"
    verbose_name = "Studies, protocol and load"
