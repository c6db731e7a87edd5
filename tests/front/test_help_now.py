"""Help now and privacy: open, the same for everybody, and without a trace."""

from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from wellbeing.help_lines import TRUSTED_FOR, every_line, lines_for

CHECKED = min(line.checked_on for line in every_line())


def numbers(page):
    return [line.split('"')[0] for line in page.split('href="tel:')[1:]]


def test_it_opens_without_an_account_and_without_a_query(
    client, db, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = client.get("/help-now/")
    assert answer.status_code == 200
    assert dict(answer.cookies) == {}


def test_somebody_who_is_signed_in_is_not_looked_up(
    team, as_, client, django_assert_num_queries
):
    browser = as_(team.ada)
    before = list(Session.objects.values_list("session_key", "session_data"))
    with django_assert_num_queries(0):
        answer = browser.get("/help-now/")
    assert answer.content == client.get("/help-now/").content
    assert list(Session.objects.values_list("session_key", "session_data")) == before


@pytest.mark.parametrize(
    ("nation", "expected"),
    [
        ("England", ["999", "111", "116123"]),
        ("Wales", ["999", "111", "116123"]),
        ("Scotland", ["999", "111", "116123"]),
        ("Northern Ireland", ["999", "116123"]),
        ("Atlantis", ["999", "111", "116123"]),
    ],
)
def test_the_reader_says_where_they_are(client, nation, expected, db):
    page = client.get("/help-now/", {"nation": nation}).content.decode()
    assert numbers(page) == expected
    assert 'href="sms:85258"' in page


def test_an_entry_that_nobody_has_checked_hides_and_an_emergency_entry_stays():
    last = CHECKED + TRUSTED_FOR
    names = [line.name for line in lines_for(nation="England", day=last)]
    later = lines_for(nation="England", day=last + timedelta(days=1))
    assert names == [
        "Emergency",
        "NHS mental-health crisis line",
        "Samaritans",
        "Shout",
    ]
    assert [line.name for line in later] == names[:2]
    assert all(line.stale(last + timedelta(days=1)) for line in later)


def test_every_entry_says_who_looked_at_it_and_how_to_reach_it():
    for line in every_line():
        assert line.checked_on <= date.max
        assert line.checked_by
        assert bool(line.phone) != bool(line.text)


def test_privacy_opens_for_anyone(client, db):
    page = client.get(reverse("privacy")).content.decode()
    assert "<h1>Who sees what</h1>" in page
