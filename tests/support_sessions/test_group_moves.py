"""A group moves: all who come go along, or nothing moves. Who cannot is asked."""

from datetime import timedelta

import pytest

from notifications import rendering
from notifications.models import STILL_HERE, Message, State
from sessions import booking as bookings
from sessions import booking_messages, group_moves, groups
from sessions.calendars import entries
from sessions.models import Booking, BookingChange, CalendarFeed, GroupInvitation
from sessions.taking import NoLongerThere
from tests.factories import make_person, make_supporter
from tests.support_sessions.test_groups import START, called, only
from tests.support_sessions.times import book, pencil, sept

NEW = sept(25, 15)
# Queries of the page, to who leads and to who is invited.
LEADS, COMES = 9, 10


@pytest.fixture
def group(team, at):
    """Ada and Bem come, Gil has not said anything, Fay takes quiet time."""
    found = only(called(team, at))
    for person in (team.ada, team.bem):
        groups.join(gathering=found, person=person, at=at)
    groups.rest(round=found.round, person=team.fay, at=at)
    return found


def move(group, at, start=NEW):
    group.refresh_from_db()
    return group_moves.move(gathering=group, start=start, at=at)


def seat_of(person):
    return Booking.objects.get(person=person, gathering__isnull=False)


def told(person, at):
    """What was planned for a person since a moment, oldest first."""
    rows = Message.objects.filter(person=person, state__in=STILL_HERE)
    return [
        (row.template, row.context["starts_at"])
        for row in rows.filter(created_at__gte=at).order_by("pk")
    ]


# --- who goes along ---


def test_every_seat_moves_in_its_own_row(team, at, group):
    before = {row.pk: row.seat for row in Booking.objects.all()}
    assert move(group, at) == group_moves.Moved(along=2, asked=0)
    group.refresh_from_db()
    assert (group.starts_at, group.sequence) == (NEW, 1)
    assert group.ends_at == NEW + timedelta(minutes=75)
    rows = Booking.objects.all()
    assert {row.pk: row.seat for row in rows} == before
    assert {(row.starts_at, row.ends_at, row.sequence) for row in rows} == {
        (group.starts_at, group.ends_at, 1)
    }


def test_each_is_told_once_and_reminders_follow(team, at, group):
    later = at + timedelta(hours=1)
    move(group, later)
    new = NEW.isoformat()
    for person in (team.jo, team.ada, team.bem):
        assert told(person, later) == [
            ("booking_moved", new),
            ("booking_reminder", new),
        ]
        rest = Message.objects.filter(person=person, state__in=STILL_HERE)
        assert not rest.filter(
            context__starts_at=START.isoformat(), group__startswith="booking:"
        ).exists()


def test_the_calendar_entry_keeps_its_identity_and_its_sequence_rises(team, at, group):
    mine = seat_of(team.ada)
    move(group, at)
    row = Message.objects.get(person=team.ada, template="booking_moved")
    entry = row.context["invitation"]
    assert (entry["uid"], entry["sequence"], entry["method"]) == (
        booking_messages.uid_of(mine),
        1,
        "REQUEST",
    )
    assert entry["starts_at"] == NEW.isoformat()
    feed = CalendarFeed(person=team.ada, made_at=at, words=CalendarFeed.Words.BUSY)
    said = entries.feed_bytes(feed=feed, at=at).decode()
    assert "DTSTART:20260925T140000Z" in said
    assert "SEQUENCE:1" in said


def test_what_was_before_is_kept_with_who_and_when(team, at, group):
    move(group, at)
    change = BookingChange.objects.get(
        booking=seat_of(team.ada), what=BookingChange.What.MOVED
    )
    assert (change.by, change.at, change.was_starts_at) == (team.jo, at, START)


def test_a_step_of_half_an_hour_finds_nobodys_own_seat_in_the_way(team, at, group):
    later = START + timedelta(minutes=30)
    assert move(group, at, later) == group_moves.Moved(2, 0)
    assert {row.starts_at for row in Booking.objects.all()} == {later}


def test_to_the_time_that_it_has_is_no_move(team, at, group):
    later = at + timedelta(hours=1)
    assert move(group, later, START) == group_moves.Moved(0, 0)
    assert told(team.ada, later) == []
    assert not BookingChange.objects.filter(what="moved").exists()


def test_the_old_time_is_free_for_everybody(team, at, group):
    move(group, at)
    book(team, at=at, start=START)


# --- who cannot ---


def test_who_has_something_else_then_is_asked_and_not_moved(team, at, group):
    mine, other = seat_of(team.ada), book(team, at=at, start=NEW, supporter=team.dr_kim)
    later = at + timedelta(hours=1)
    assert move(group, later) == group_moves.Moved(along=1, asked=1)
    other.refresh_from_db()
    mine.refresh_from_db()
    assert (other.starts_at, other.sequence, other.freed_at) == (NEW, 0, None)
    assert (mine.starts_at, mine.freed_because) == (START, "by_us")
    assert told(team.ada, later) == [("group_moved", NEW.isoformat())]
    row = Message.objects.get(template="group_moved")
    entry = row.context["invitation"]
    assert (entry["method"], entry["sequence"]) == ("CANCEL", 1)
    assert entry["uid"] == booking_messages.uid_of(mine)
    kept = GroupInvitation.objects.get(person=team.ada)
    assert (kept.kept_in, kept.kept_until) == (group, NEW - timedelta(days=1))


def test_a_pencilled_time_counts_and_one_that_has_run_out_does_not(team, at, group):
    pencil(team, at=at, start=NEW, person=team.ada, supporter=team.dr_kim)
    ran_out = pencil(
        team,
        at=at,
        start=NEW + timedelta(hours=1),
        person=team.bem,
        supporter=team.dr_kim,
        until=at + timedelta(minutes=5),
    )
    assert move(group, at + timedelta(hours=1)) == group_moves.Moved(1, 1)
    ran_out.refresh_from_db()
    assert ran_out.freed_because == "released"


def test_a_kept_place_is_theirs_and_nobody_elses_until_its_moment(team, at):
    group = only(called(team, at, most=2))
    for person in (team.ada, team.bem):
        groups.join(gathering=group, person=person, at=at)
    other = book(team, at=at, start=NEW, supporter=team.dr_kim)
    move(group, at)
    with pytest.raises(groups.GroupFull):
        groups.join(gathering=group, person=team.gil, at=at)
    with pytest.raises(groups.AlreadyBooked):
        groups.join(gathering=group, person=team.ada, at=at)
    bookings.cancel(booking=other, by=team.ada, at=at)
    mine = groups.join(gathering=group, person=team.ada, at=at)
    assert (mine.starts_at, mine.seat) == (NEW, 1)
    kept = GroupInvitation.objects.get(person=team.ada)
    assert (kept.kept_in, kept.kept_until) == (None, None)
    waiting = Message.objects.filter(template="group_moved", state__in=STILL_HERE)
    assert not waiting.exists()


@pytest.mark.parametrize("how", ["moment", "no", "quiet"])
def test_a_kept_place_is_free_after_its_moment_or_another_choice(team, at, how):
    group = only(called(team, at, most=2))
    for person in (team.ada, team.bem):
        groups.join(gathering=group, person=person, at=at)
    book(team, at=at, start=NEW, supporter=team.dr_kim)
    move(group, at)
    if how == "no":
        groups.not_this_time(round=group.round, person=team.ada, at=at)
    if how == "quiet":
        groups.rest(round=group.round, person=team.ada, at=at)
    then = NEW - timedelta(hours=23) if how == "moment" else at
    assert groups.join(gathering=group, person=team.gil, at=then).starts_at == NEW


def test_moved_once_more_who_was_asked_is_asked_about_the_time_as_it_is_now(
    team, at, group
):
    book(team, at=at, start=NEW, supporter=team.dr_kim)
    move(group, at)
    later, newer = at + timedelta(hours=1), sept(28, 11)
    assert move(group, later, newer) == group_moves.Moved(along=1, asked=0)
    assert told(team.ada, later) == [("group_moved", newer.isoformat())]
    waiting = Message.objects.filter(template="group_moved", state__in=STILL_HERE)
    assert waiting.count() == 1
    assert not Booking.objects.filter(person=team.ada, starts_at=newer).exists()


def test_who_has_not_chosen_yet_is_invited_to_how_it_stands_now(team, at, group):
    gone = seat_of(team.bem)
    bookings.cancel(booking=gone, by=team.bem, at=at)
    later = at + timedelta(hours=1)
    move(group, later)
    assert told(team.gil, later) == [("group_invitation", NEW.isoformat())]
    assert told(team.fay, later) == []
    assert told(team.bem, later) == []
    invited = Message.objects.filter(
        person=team.gil, template="group_invitation", state__in=STILL_HERE
    )
    assert invited.count() == 1


# --- when nothing moves ---


def unchanged(group, at, start=NEW):
    """Nothing moved and nobody was told."""
    later = at + timedelta(hours=1)
    rows = list(Booking.objects.order_by("pk").values())
    with pytest.raises((groups.AlreadyBooked, NoLongerThere)) as raised:
        group_moves.move(gathering=group, start=start, at=later)
    assert list(Booking.objects.order_by("pk").values()) == rows
    assert not Message.objects.filter(created_at__gte=later).exists()
    return raised.type


def test_when_the_facilitator_cannot_nothing_moves(team, at, group):
    book(team, at=at, start=NEW + timedelta(hours=1), person=team.gil)
    assert unchanged(group, at) is groups.AlreadyBooked
    group.refresh_from_db()
    assert group.starts_at == START


def test_two_groups_of_one_call_do_not_move_onto_each_other(team, at):
    round = called(team, at, starts=(START, NEW))
    first = round.gatherings.order_by("starts_at")[0]
    assert unchanged(first, at) is groups.AlreadyBooked


def test_a_group_that_has_begun_or_was_called_off_stays(team, at, group):
    assert unchanged(group, at, start=at) is NoLongerThere
    assert unchanged(group, START) is NoLongerThere
    groups.call_off(gathering=group, at=at)
    assert unchanged(group, at) is NoLongerThere


def test_a_move_in_another_window_wins_over_an_old_look(team, at, group):
    group_moves.move(gathering=only(group.round), start=NEW, at=at)
    assert unchanged(group, at, start=sept(28, 11)) is NoLongerThere


def test_a_seat_given_up_does_not_come_back_at_a_time_that_is_no_more(team, at, group):
    gone = bookings.cancel(booking=seat_of(team.ada), by=team.ada, at=at)
    move(group, at)
    with pytest.raises(NoLongerThere):
        bookings.restore(booking=gone, by=team.ada, at=at)
    groups.call_off(gathering=only(group.round), at=at)
    with pytest.raises(NoLongerThere):
        bookings.restore(booking=seat_of(team.bem), by=team.bem, at=at)


@pytest.mark.parametrize("had_left", [True, False])
def test_who_had_a_place_kept_gets_an_apology_when_the_group_is_called_off(
    team, at, group, had_left
):
    """About the time that they know: the new one, or the old one when the question
    about the move never left."""
    mine = seat_of(team.ada)
    book(team, at=at, start=NEW, supporter=team.dr_kim)
    move(group, at)
    if had_left:
        Message.objects.filter(template="group_moved").update(state=State.ACCEPTED)
    later = at + timedelta(hours=1)
    groups.call_off(gathering=only(group.round), at=later)
    groups.call_off(gathering=only(group.round), at=later)
    known = NEW if had_left else START
    assert told(team.ada, later) == [("booking_cancelled_by_us", known.isoformat())]
    row = Message.objects.get(person=team.ada, template="booking_cancelled_by_us")
    letter = rendering.letter(row, at=later, to=team.ada.email)
    assert "We had to cancel this time" in letter.text
    assert "METHOD:CANCEL" in letter.calendar
    assert booking_messages.uid_of(mine) in letter.calendar


def test_who_has_let_the_kept_place_go_hears_no_more(team, at, group):
    book(team, at=at, start=NEW, supporter=team.dr_kim)
    move(group, at)
    over = NEW - timedelta(hours=1)
    groups.call_off(gathering=only(group.round), at=over)
    assert told(team.ada, over) == []


# --- the pages ---


@pytest.fixture
def browse(client, settings, at):
    """A browser in which somebody is signed in, on the day of the story."""
    settings.DEMO_AT = at

    def opened(person):
        client.force_login(person)
        return client

    return opened


def press(browse, team, group, who, **changed):
    path = f"/groups/{group.round.public_id}/move/{group.public_id}/"
    data = {"day": "2026-09-25", "starts": "15:00"} | changed
    return browse(who).post(path, data, follow=True)


def text_of(page):
    return " ".join(page.content.decode().split())


def test_the_facilitator_moves_it_from_its_page(team, at, group, browse):
    page = text_of(browse(team.jo).get(f"/groups/{group.round.public_id}/"))
    path = f"/groups/{group.round.public_id}/move/{group.public_id}/"
    assert path in page
    form = browse(team.jo).get(path).content.decode()
    assert 'value="2026-09-24"' in form
    assert 'value="14:00"' in form
    book(team, at=at, start=NEW, supporter=team.dr_kim)
    page = text_of(press(browse, team, group, team.jo))
    assert "1 person cannot be moved without a word" in page
    assert "1 place is kept for people who are asked" in page
    assert "Friday 25 September" in page


def test_who_is_asked_reads_that_a_place_is_kept(team, at, group, browse):
    book(team, at=at, start=NEW, supporter=team.dr_kim)
    move(group, at)
    page = text_of(browse(team.ada).get(f"/groups/{group.round.public_id}/"))
    assert "a place is kept for you until" in page
    assert "A place is kept for you." in page
    page = text_of(browse(team.gil).get(f"/groups/{group.round.public_id}/"))
    assert "is kept for you" not in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"day": "2026-09-14"}, "Choose a time that is still to come."),
        ({"day": "soon"}, "Enter a day like 2026-10-05."),
        ({"day": "9999-12-31"}, "Choose a day that is nearer."),
        ({"starts": ""}, "Enter when it starts, like 14:00."),
        ({"day": "2027-03-28", "starts": "01:30"}, "The clocks change then"),
        ({"starts": "16:00"}, "You have another time then"),
    ],
)
def test_a_mistake_is_said_beside_its_field(team, at, group, browse, changed, sentence):
    book(team, at=at, start=NEW + timedelta(hours=1), person=team.gil)
    page = press(browse, team, group, team.jo, **changed)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert only(group.round).starts_at == START


@pytest.mark.parametrize("who", ["ada", "kim", "charlie", "lou"])
def test_nobody_else_can_move_it(team, at, group, browse, who):
    page = press(browse, team, group, getattr(team, who))
    assert page.status_code == 404
    assert only(group.round).starts_at == START


def test_the_letter_can_be_written_and_names_nobody(team, at, group):
    book(team, at=at, start=NEW, supporter=team.dr_kim)
    move(group, at)
    for row in Message.objects.filter(template__in=["group_moved", "group_invitation"]):
        letter = rendering.letter(row, at=at, to=row.person.email)
        words = f"{letter.subject} {letter.text} {letter.html} {letter.calendar}"
        for private in ("Okafor", "Adeyemi", "Whitfield", "Kim", "reflection"):
            assert private in row.person.name or private not in words


@pytest.mark.parametrize("many", [1, 3])
def test_a_page_costs_the_same_however_many_come_or_are_asked(
    team, at, browse, django_assert_num_queries, many
):
    come, cannot = (
        [make_person(f"{name} N{number}") for number in range(many)]
        for name in ("Comes", "Cannot")
    )
    group = only(called(team, at, invited=[*come, *cannot], most=6))
    for number, person in enumerate([*come, *cannot]):
        groups.join(gathering=group, person=person, at=at)
        if person in cannot:
            other = make_supporter(make_person(f"Dr N{number}"))
            book(team, at=at, start=NEW, person=person, supporter=other)
    assert move(group, at) == group_moves.Moved(many, many)
    path = f"/groups/{group.round.public_id}/"
    for person, queries in ((team.jo, LEADS), (come[0], COMES)):
        client = browse(person)
        with django_assert_num_queries(queries):
            client.get(path)
