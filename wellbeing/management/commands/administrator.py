"""`manage.py administrator ADDRESS --study NAME`: who looks after the machines.

The one role that no page gives, so that it stays with those who run the server.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wellbeing import studies
from wellbeing.lib import clock
from wellbeing.models import Role, Study
from wellbeing.people.models import User


class Command(BaseCommand):
    help = "Let somebody with an account see how the post stands."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the email address of their account")
        parser.add_argument("--study", required=True, help="a study they belong to")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["address"]).first()
        study = Study.objects.filter(name=options["study"]).first()
        if person is None:
            raise CommandError("Nobody has an account with this address.")
        if study is None:
            raise CommandError("There is no study of this name.")
        at = clock.now()
        studies.join(
            study=study,
            person=person,
            roles=[Role.ADMINISTRATOR],
            since=at.date(),
            at=at,
        )
        self.stdout.write(f"{person.name} can look after the post from now on.")
