"""A log is put right by whoever logged it or a coordinator; what follows, follows."""

from datetime import timedelta
from uuid import uuid4

import pytest

from checkins.models import Invitation
from tests.flows.test_separation import seen as seen_by
from wellbeing import activities, corrections, offers
from wellbeing.activities import Entry
from wellbeing.corrections import Facts
from wellbeing.models import Activity, Correction, Offer

DAY = timedelta(days=1)


def logged(team, at, *, by=None, others=(), code="209", minutes=60):
    entry = Entry(
        study=team.study,
        role="interviewer",
        code=code,
        starts_at=at - timedelta(minutes=minutes),
        ends_at=at,
        mode="teams",
        companion=None,
        others=others,
        submission=uuid4(),
    )
    done = activities.log_interview(
        entry=entry, by=by or team.ada, answer="", wish=None, at=at
    )
    return done.activity


def put_right(row, by, at, *, seen=0, **changes):
    facts = Facts(
        starts_at=changes.get("starts_at", row.starts_at),
        ends_at=changes.get("ends_at", row.ends_at),
        mode=changes.get("mode", row.mode),
        companion=changes.get("companion", row.companion),
    )
    return corrections.correct(activity=row, by=by, facts=facts, seen=seen, at=at)


def test_weeks_later_the_author_puts_the_day_right(agreed, at):
    row = logged(agreed, at)
    later = at + 30 * DAY
    fixed = put_right(
        row, agreed.ada, later, starts_at=row.starts_at - DAY, ends_at=row.ends_at - DAY
    )
    assert fixed.ends_at == at - DAY
    kept = Correction.objects.get()
    assert (kept.by, kept.at, kept.was["ends_at"]) == (
        agreed.ada,
        later,
        at.isoformat(),
    )


def test_the_check_in_that_waits_moves_to_the_right_day(agreed, at):
    row = logged(agreed, at)
    assert Invitation.objects.get().ask_at.date() == (at + DAY).date()
    put_right(
        row, agreed.ada, at, starts_at=row.starts_at - DAY, ends_at=row.ends_at - DAY
    )
    waiting = Invitation.objects.filter(withdrawn_at__isnull=True)
    assert [one.ask_at.date() for one in waiting] == [at.date()]


def test_the_offer_stays_and_an_agreed_time_stays_agreed(agreed, at):
    row = logged(agreed, at)
    offer = Offer.objects.get(rule="after_interview")
    offers.keep(offer=offer, by=agreed.ada, at=at)
    put_right(row, agreed.ada, at, ends_at=row.ends_at - timedelta(minutes=15))
    assert Offer.objects.filter(rule="after_interview").count() == 1
    corrections.take_out(activity=row, by=agreed.ada, at=at)
    offer.refresh_from_db()
    assert (offer.withdrawn_at, offer.booking.agreed_at) == (None, at)


def test_taken_out_weeks_later_it_leaves_the_log_and_its_open_offer_goes(agreed, at):
    row = logged(agreed, at)
    corrections.take_out(activity=row, by=agreed.ada, at=at + DAY)
    assert not Activity.objects.done().exists()
    assert Offer.objects.get(rule="after_interview").withdrawn_at == at + DAY
    with pytest.raises(corrections.Moved):
        corrections.take_out(activity=row, by=agreed.ada, at=at + DAY)


def test_a_coordinator_puts_facts_right_and_others_cannot(agreed, at):
    row = logged(agreed, at)
    put_right(row, agreed.lou, at, mode="zoom")
    assert Activity.objects.get().mode == "zoom"
    for somebody in (agreed.bem, agreed.gil, agreed.jo, agreed.sam, agreed.charlie):
        with pytest.raises(corrections.NotTheirs):
            put_right(row, somebody, at, seen=1, mode="phone")


def test_two_tabs_never_overwrite_each_other_unseen(agreed, at):
    row = logged(agreed, at)
    put_right(row, agreed.ada, at, mode="zoom")
    with pytest.raises(corrections.Moved):
        put_right(row, agreed.lou, at, mode="phone")
    assert Activity.objects.get().mode == "zoom"


def test_the_same_facts_change_nothing_and_leave_no_trace(agreed, at):
    row = logged(agreed, at)
    put_right(row, agreed.ada, at)
    assert not Correction.objects.exists()


def test_who_was_named_and_was_not_there_leaves_and_the_other_stays(agreed, at):
    row = logged(agreed, at, others=((agreed.gil, "facilitator"),))
    corrections.was_not_there(activity=row, person=agreed.gil, at=at)
    corrections.was_not_there(activity=row, person=agreed.gil, at=at)
    assert [e.person for e in row.exposures.all()] == [agreed.ada]
    withdrawn = Offer.objects.filter(rule="after_interview", withdrawn_at__isnull=False)
    assert [one.person for one in withdrawn] == [agreed.gil]
    assert Correction.objects.count() == 1


def test_the_second_to_log_it_takes_only_their_own_part_out(agreed, at):
    row = logged(agreed, at)
    again = logged(agreed, at, by=agreed.bem)
    assert again == row
    corrections.take_out(activity=row, by=agreed.bem, at=at)
    assert [e.person for e in Activity.objects.done().get().exposures.all()] == [
        agreed.ada
    ]


def test_what_two_have_logged_stays_for_the_second(agreed, at):
    row = logged(agreed, at)
    logged(agreed, at, by=agreed.bem)
    corrections.take_out(activity=row, by=agreed.ada, at=at + 3 * DAY)
    left = Activity.objects.done().get()
    assert (left.logged_by, [e.person for e in left.exposures.all()]) == (
        agreed.bem,
        [agreed.bem],
    )


def test_the_log_of_a_closed_study_stands(agreed, at):
    row = logged(agreed, at)
    agreed.study.closed_on = at.date()
    agreed.study.save()
    with pytest.raises(corrections.StudyClosed):
        put_right(row, agreed.ada, at, mode="zoom")
    with pytest.raises(corrections.StudyClosed):
        corrections.take_out(activity=row, by=agreed.lou, at=at)


# --- the pages ------------------------------------------------------------------------


def _page(row, what="correct"):
    return f"/activities/{row.public_id}/{what}/"


POSTED = {
    "day": "2026-09-14",
    "finished": "11:30",
    "minutes": "45",
    "mode": "zoom",
    "seen": "0",
}


def test_the_page_puts_it_right(agreed, at, clock, client):
    row = logged(agreed, at)
    client.force_login(agreed.ada)
    page = client.get(_page(row)).content.decode()
    assert 'value="16:00"' in page
    assert client.post(_page(row), POSTED).headers["Location"] == (
        f"/activities/{row.public_id}/"
    )
    row.refresh_from_db()
    assert (row.ends_at.isoformat(), row.minutes, row.mode) == (
        "2026-09-14T10:30:00+00:00",
        45,
        "zoom",
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"day": ""}, "day", "Choose the day on which it finished."),
        ({"finished": "25:00"}, "finished", "Enter a time, like 15:40."),
        ({"minutes": "0"}, "minutes", "Enter at least 1 minute."),
        ({"minutes": ""}, "minutes", "Enter how many minutes it lasted, like 60."),
        ({"mode": "pigeon"}, "mode", "Choose one from the list."),
        ({"day": "2026-09-16"}, "day", "That is still to come. Log it when it has "
         "finished."),
        ({"day": "2020-01-01"}, "day", "That is more than two years ago. Check the "
         "day."),
        ({"seen": "x"}, "seen", "Open the page again, please."),
    ],
)  # fmt: skip
def test_bad_input_is_said_and_nothing_changes(
    agreed, at, clock, client, changes, field, words
):
    row = logged(agreed, at)
    client.force_login(agreed.ada)
    page = client.post(_page(row), POSTED | changes)
    assert page.status_code == 422
    assert page.context["form"].errors[field] == [words]
    assert not Correction.objects.exists()


def test_the_pages_are_only_for_those_whose_log_it_is(agreed, at, clock, client):
    row = logged(agreed, at, others=((agreed.gil, "facilitator"),))
    for somebody in (agreed.bem, agreed.gil, agreed.jo, agreed.sam, agreed.charlie):
        client.force_login(somebody)
        assert client.get(_page(row)).status_code == 404
        assert client.post(_page(row), POSTED).status_code == 404
        assert client.post(_page(row, "take-out")).status_code == 404
    client.force_login(agreed.ada)
    assert client.get(_page(row, "take-out")).status_code == 405
    assert client.get(_page(row, "not-there")).status_code == 405


def test_a_coordinator_reaches_it_from_the_log_of_the_study(agreed, at, clock, client):
    row = logged(agreed, at)
    client.force_login(agreed.lou)
    log = client.get(f"/studies/{agreed.study.public_id}/log/").content.decode()
    assert _page(row) in log
    client.post(_page(row, "take-out"))
    assert not Activity.objects.done().exists()


def test_the_page_of_a_correction_is_the_same_whatever_was_answered(agreed, at, clock):
    row = logged(agreed, at)
    paths = (_page(row), f"/studies/{agreed.study.public_id}/log/")
    before = seen_by(agreed.lou, paths)
    offers.keep(offer=Offer.objects.get(rule="after_interview"), by=agreed.ada, at=at)
    assert seen_by(agreed.lou, paths) == before


def test_i_was_not_there_is_one_press_away(agreed, at, clock, client):
    row = logged(agreed, at, others=((agreed.gil, "facilitator"),))
    client.force_login(agreed.gil)
    page = client.get(f"/activities/{row.public_id}/").content.decode()
    assert "I was not there" in page
    assert client.post(_page(row, "not-there")).status_code == 302
    assert client.get(f"/activities/{row.public_id}/").status_code == 404
