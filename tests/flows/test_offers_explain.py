"""Every offer says why it is there, and what comes if one does nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from sessions.models import Booking
from tests.wellbeing.stories import text_of
from wellbeing.models import Offer, ProtocolVersion
from wellbeing.protocol import whens
from wellbeing.protocol.reasons import if_nothing

YESTERDAY = "2026-09-14T13:00:00+00:00"
# By `when`: the facts that the plan keeps with the offer, and why it is there.
KINDS = {
    whens.After: (
        {"after": "interview", "ended_at": YESTERDAY},
        "you finished an interview yesterday, Monday 14 September.",
    ),
    whens.SoMany: (
        {"counted": "coding", "count": "2", "minutes": "310", "marked": ""},
        "you have now logged 2 transcripts, 5 hours 10 minutes in all.",
    ),
    whens.Before: (
        {"before": "interview", "ends_at": "2026-09-21T11:00:00+00:00", "first": "yes"},
        "your first interview is planned for Monday 21 September.",
    ),
    whens.DayOf: (
        {"day_of": "survey_interview", "day": "2026-09-14"},
        "Monday 14 September was a day of survey interviewing.",
    ),
    whens.DaysInARow: (
        {"in_a_row": "survey_interview", "days": "3"},
        "you have had 3 days in a row of survey interviewing.",
    ),
    whens.Every: ({"every": "month"}, "your team agreed it for every month."),
    whens.EveryWeeks: (
        {"every": "2 weeks", "did": ""},
        "your team agreed it for every 2 weeks.",
    ),
    whens.ComingBack: ({"back": "study"}, "the study goes on after a while."),
    whens.Leaving: (
        {"left": "2026-09-14"},
        "your work in the study has come to an end.",
    ),
    whens.QuietFor: (
        {"quiet": "interview", "ended_at": "2026-08-10T13:00:00+00:00"},
        "your last work was a while ago, on Monday 10 August.",
    ),
}
SOURCE = "Your team’s protocol, version 1, part 3."
OPEN_UNTIL = datetime(2026, 9, 22, 15, tzinfo=UTC)
ENDS = (
    "If you do nothing, the offer ends by itself on Tuesday 22 September, 4pm, and "
    "nobody is told."
)
GOES_BACK = (
    "If you do nothing, the time goes back tomorrow, 10am, the offer ends by itself on "
    "Tuesday 22 September, 4pm, and nobody is told."
)


def made(team, at, because, *, pencilled):
    start = at + timedelta(days=1)
    booking = None
    if pencilled:
        booking = Booking.objects.create(
            supporter=team.dr_jo,
            person=team.ada,
            kind="debrief",
            starts_at=start,
            ends_at=start + timedelta(minutes=50),
            mode="phone",
            made_at=at,
            pencilled_until=datetime(2026, 9, 16, 9, tzinfo=UTC),
        )
    return Offer.objects.create(
        study=team.study,
        person=team.ada,
        rule="after_interview",
        subject="x",
        version=ProtocolVersion.objects.get(study=team.study),
        because={**because, "version": "1", "part": "3"},
        made_at=at,
        window_until=at + timedelta(days=2),
        open_until=OPEN_UNTIL,
        booking=booking,
    )


def test_no_kind_of_offer_is_left_out():
    said = {*KINDS, whens.Standing}
    assert said == set(whens.When.__args__)


@pytest.mark.parametrize("pencilled", [True, False], ids=["pencilled", "open"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_its_page_and_the_support_page_say_why_and_what_comes(
    agreed, at, clock, client, kind, pencilled
):
    because, why = KINDS[kind]
    offer = made(agreed, at, because, pencilled=pencilled)
    client.force_login(agreed.ada)
    for page in (f"/offers/{offer.public_id}/", "/support/"):
        shown = text_of(client.get(page))
        assert f"Because {why} {SOURCE}" in shown
        assert (GOES_BACK if pencilled else ENDS) in shown


def test_the_standing_offer_says_that_it_needs_no_reason(agreed, clock, client):
    client.force_login(agreed.ada)
    shown = text_of(client.get("/support/"))
    assert (
        "Because your team agreed that there is time to talk on any day. Your team’s "
        "protocol, version 1, part 6. If you do nothing, nothing comes of it, and it "
        "is there on every other day." in shown
    )


def test_somebody_else_is_told_nothing_of_it(agreed, at, clock, client):
    offer = made(agreed, at, KINDS[whens.After][0], pencilled=True)
    for person in (agreed.bem, agreed.lou, agreed.jo, agreed.charlie):
        client.force_login(person)
        assert client.get(f"/offers/{offer.public_id}/").status_code == 404


def test_what_comes_is_said_in_the_order_in_which_it_comes():
    now = datetime(2026, 9, 15, 15, tzinfo=UTC)
    said = if_nothing(
        open_until=now + timedelta(hours=2),
        pencilled_until=now + timedelta(days=1),
        zone="Europe/London",
        at=now,
    )
    assert said == (
        "If you do nothing, the offer ends by itself today, 6pm, the time goes back "
        "tomorrow, 4pm, and nobody is told."
    )
