"""The quiet hours that a team agreed are where everybody begins, and no more."""

from datetime import time, timedelta

from tests.survey.conftest import north
from wellbeing import invitations
from wellbeing.people.models import Contact


def _joins(survey, person):
    at = north(1, 9)
    invitation = invitations.invite(
        study=survey.study,
        email=person.email,
        name=person.name,
        roles=["interviewer"],
        by=survey.lou,
        at=at,
    )
    later = at + timedelta(minutes=1)
    invitations.accept(invitation=invitation, person=person, at=later)
    return Contact.objects.get(person=person)


def test_whoever_joins_begins_with_the_hours_of_the_protocol(survey):
    contact = _joins(survey, survey.charlie)
    assert (contact.quiet_from, contact.quiet_until) == (time(20), time(7))
    assert contact.sms_at_weekends


def test_hours_that_somebody_chose_stay_as_they_are(survey):
    Contact.objects.create(
        person=survey.charlie, quiet_from=time(17), quiet_until=time(11)
    )
    contact = _joins(survey, survey.charlie)
    assert (contact.quiet_from, contact.quiet_until) == (time(17), time(11))
