from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "wellbeing.people"
    label = "people"
    verbose_name = "People"
