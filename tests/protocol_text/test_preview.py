"""A team sees what a draft would have changed, in numbers that were counted by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions.models import Booking
from tests.factories import join, make_interview, make_person
from tests.protocol_text.texts import TEXT, changed
from wellbeing import previews, studies
from wellbeing.models import ImportBatch, Offer, ProtocolVersion
from wellbeing.previews import Figure, Hours, PeriodNotPossible
from wellbeing.protocol.values import BadProtocol

AGREED = datetime(2026, 1, 5, 9, tzinfo=UTC)
DRAFT = changed(
    ("    open: P7D", "    open: P1D"),
    ("    reminder: P2D\n", ""),
    (TEXT[TEXT.index("    pencil:") : TEXT.index("    reminder:")], ""),
    (TEXT[TEXT.index("check_ins:") : TEXT.index("requests:")], ""),
)


def sept(day, hour=10):
    return datetime(2026, 9, day, hour, tzinfo=UTC)


@pytest.fixture
def agreed(team):
    studies.add_version(
        study=team.study, text=TEXT, reason="Agreed", active_from=AGREED, at=AGREED
    )
    return team


@pytest.fixture
def fortnight(agreed):
    """Ada has three interviews, the second while a time for the first is kept; Bem and
    Fay have one each; Charlie has one in another study."""
    for person, ended in (
        (agreed.ada, sept(2, 16)),
        (agreed.ada, sept(3, 8)),
        (agreed.ada, sept(9)),
        (agreed.fay, sept(7)),
        (agreed.bem, sept(14)),
    ):
        make_interview(agreed.study, person, ended=ended)
    make_interview(agreed.elsewhere, agreed.charlie, ended=sept(8))
    return agreed


def seen(team, at, text=DRAFT, **extra):
    given = {"since": at - timedelta(weeks=2), "until": at, **extra}
    return previews.preview(study=team.study, text=text, at=at, **given)


def test_a_draft_is_set_beside_what_was_in_force(fortnight, at):
    found = seen(fortnight, at)
    assert found.activities == 5
    assert found.figures == (
        Figure("Offers", 4, 5),
        Figure("Offers that join an earlier one", 1, 0),
        Figure("Pencilled times", 4, 0),
        Figure("Check-ins", 5, 0),
        # Four offers with a reminder each and five check-ins; five offers alone.
        Figure("Messages about them", 13, 5),
    )
    # 200 and 250 minutes in two weeks; two psychologists, 40 hours each.
    assert found.hours == (Hours("a clinical psychologist", 1.7, 2.1, 80.0),)


@pytest.mark.processes
def test_several_processes_count_what_one_does(fortnight, at, monkeypatch):
    told: list[tuple[int, int]] = []
    alone = seen(fortnight, at)
    monkeypatch.setattr(previews, "LONG", -1)
    monkeypatch.setattr(previews, "AT_A_TIME", 1)
    shared = seen(fortnight, at, progress=lambda *done: told.append(done))
    assert shared == alone
    many = len(told)
    assert told == [(number, many) for number in range(1, many + 1)]
    assert many >= 3


def test_it_is_said_in_sentences(fortnight, at):
    assert seen(fortnight, at).sentences == [
        "Offers: 5 instead of 4.",
        "Offers that join an earlier one: 0 instead of 1.",
        "Pencilled times: 0 instead of 4.",
        "Check-ins: 0 instead of 5.",
        "Messages about them: 5 instead of 13.",
        "With a clinical psychologist: 2.1 hours a week if everybody says yes, instead "
        "of 1.7 hours. 80 hours a week are open.",
    ]


def test_the_sentences_that_differ_come_with_it(fortnight, at):
    titles = {change.title for change in seen(fortnight, at).changes}
    assert titles == {"After an interview", "The day after"}


def test_the_text_in_force_changes_nothing(fortnight, at):
    found = seen(fortnight, at, TEXT)
    assert found.changes_nothing
    assert found.figures[0] == Figure("Offers", 4, 4)
    assert found.figures[0].sentence == "Offers: 4, as before."


def test_what_people_answered_and_booked_is_not_in_it(fortnight, at):
    before = seen(fortnight, at)
    Booking.objects.create(
        supporter=fortnight.dr_jo,
        person=fortnight.ada,
        kind="debrief",
        starts_at=at + timedelta(days=1),
        ends_at=at + timedelta(days=1, minutes=50),
        mode="phone",
        made_at=at,
        agreed_at=at,
    )
    Offer.objects.create(
        study=fortnight.study,
        person=fortnight.ada,
        rule="after_interview",
        subject="activity:1",
        version=ProtocolVersion.objects.get(),
        because={},
        made_at=sept(2),
        window_until=sept(4),
        open_until=sept(9),
        declined_at=sept(3),
    )
    assert seen(fortnight, at) == before


def test_another_study_sees_nothing_of_this_one(fortnight, at):
    found = previews.preview(
        study=fortnight.elsewhere,
        text=DRAFT,
        since=at - timedelta(weeks=2),
        until=at,
        at=at,
    )
    assert (found.people, found.activities) == (1, 1)
    assert found.figures[0] == Figure("Offers", 0, 1)
    assert [hours.open for hours in found.hours] == [0]


def test_what_came_from_a_file_counts_on_the_day_it_ended(agreed, at):
    batch = ImportBatch.objects.create(
        study=agreed.study, file_name="log.csv", digest="x", made_at=at
    )
    brought_in = make_interview(agreed.study, agreed.ada, ended=sept(2))
    brought_in.import_batch, brought_in.logged_at = batch, at
    brought_in.save()
    assert seen(agreed, at).figures[0] == Figure("Offers", 1, 1)


def test_before_there_was_a_protocol_only_the_draft_offers_anything(team, at):
    make_interview(team.study, team.ada, ended=sept(2))
    found = seen(team, at)
    assert (found.figures[0], found.changes) == (Figure("Offers", 0, 1), ())


def test_what_was_taken_back_is_not_there(agreed, at):
    gone = make_interview(agreed.study, agreed.ada, ended=sept(2))
    gone.withdrawn_at = sept(2, 11)
    gone.save()
    assert seen(agreed, at).figures[0] == Figure("Offers", 0, 0)


def test_a_text_that_is_none_and_a_time_that_is_none_are_refused(agreed, at):
    with pytest.raises(BadProtocol):
        seen(agreed, at, "a: 1")
    with pytest.raises(PeriodNotPossible):
        seen(agreed, at, since=at)
    with pytest.raises(PeriodNotPossible):
        seen(agreed, at, since=at + timedelta(days=1), until=at + timedelta(days=2))


def test_the_queries_do_not_grow_with_people(agreed, at):
    make_interview(agreed.study, agreed.ada, ended=sept(2))
    with CaptureQueriesContext(
        connection,
    ) as few:
        seen(agreed, at)
    for number in range(3):
        person = join(agreed.study, make_person(f"More {number}"), "interviewer")
        make_interview(agreed.study, person, ended=sept(3))
    with CaptureQueriesContext(connection) as many:
        seen(agreed, at)
    assert len(many) == len(few) <= 17


def test_who_waits_is_told_how_far_it_is(fortnight, at, monkeypatch):
    monkeypatch.setattr(previews, "AT_A_TIME", 3)
    told = []
    seen(fortnight, at, progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 4), (4, 4)]
