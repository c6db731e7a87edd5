"""What is kept about a person says so: what, why, who sees it."""

from django.apps import apps
from django.db.models import ForeignKey

from tests.architecture.house import APPS
from wellbeing.people.models import User

OURS = {f"{name}." for name in APPS}


def about_people():
    for model in apps.get_models():
        mine = any(f"{model.__module__}.".startswith(name) for name in OURS)
        if mine and any(
            isinstance(field, ForeignKey) and field.related_model is User
            for field in model._meta.local_fields
        ):
            yield model


def tells_who_sees(model):
    words = " ".join((model.__doc__ or "").split())
    return any(
        said in words
        for said in ("Who sees", "Who may see", "Who may read", "Who opens")
    )


def test_every_model_about_a_person_says_who_sees_it():
    silent = [model.__name__ for model in about_people() if not tells_who_sees(model)]
    assert silent == []
