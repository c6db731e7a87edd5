"""Paid time: the same for all, and what was used is for the person's eyes alone."""

from datetime import timedelta

from sessions.models import Booking
from tests.flows.test_separation import seen
from tests.protocol_text.texts import TEXT
from tests.survey.conftest import north
from wellbeing import facts, offers, paid_time
from wellbeing.models import Offer, ProtocolVersion
from wellbeing.paid_time import PaidTime
from wellbeing.protocol.reading import read


def _document(survey):
    version = ProtocolVersion.objects.get(study=survey.study)
    return facts.document_of(version)


def _paid(survey, person, at):
    return paid_time.of_month(
        study=survey.study, person=person, document=_document(survey), at=at
    )


def _quiet(survey, person, at):
    version = ProtocolVersion.objects.get(study=survey.study)
    offer = Offer.objects.create(
        study=survey.study,
        person=person,
        rule="team_close",
        subject=f"day:{at.date()}",
        version=version,
        because={"version": "1", "part": "1"},
        made_at=at,
        window_until=at + timedelta(days=1),
        open_until=at + timedelta(days=1),
    )
    offers.take_quiet_time(offer=offer, kind="quiet_time", by=person, at=at)


def _call(survey, person, start, **extra):
    Booking.objects.create(
        supporter=survey.supervisor,
        person=person,
        kind="team_close",
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        mode="in_person",
        made_at=start,
        agreed_at=start,
        **extra,
    )


def test_quiet_time_and_talks_of_the_month_count(survey):
    _quiet(survey, survey.nia, north(2, 16))
    _call(survey, survey.nia, north(3, 16))
    _call(survey, survey.nia, north(4, 16), did_not_happen_at=north(4, 17))
    _call(survey, survey.nia, north(20, 16))
    assert _paid(survey, survey.nia, north(10, 9)) == PaidTime(240, 60)
    assert _paid(survey, survey.ned, north(10, 9)) == PaidTime(240, 0)


def test_a_new_month_begins_with_nothing_used(survey):
    _quiet(survey, survey.nia, north(2, 16))
    assert _paid(survey, survey.nia, north(31, 23)) == PaidTime(240, 30)
    assert _paid(survey, survey.nia, north(31, 23, 59) + timedelta(minutes=2)) == (
        PaidTime(240, 0)
    )


def test_the_person_sees_it_and_the_coordinator_nowhere(survey, client, clock):
    clock(north(10, 9))
    before = seen(survey.lou)
    _quiet(survey, survey.nia, north(2, 16))
    assert seen(survey.lou) == before
    client.force_login(survey.nia)
    page = client.get("/support/").content.decode()
    assert "You have used 30 this month. Only you can see that." in page


def test_a_protocol_without_paid_time_says_nothing_of_it(team):
    assert (
        paid_time.of_month(
            study=team.study,
            person=team.ada,
            document=read(TEXT),
            at=north(10, 9),
        )
        is None
    )
