"""Pause, close, and the texts that a study agreed."""

from datetime import date, timedelta

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sessions.models import Booking, SupportRequest
from tests.factories import join, make_study
from tests.flows.conftest import AGREED, PROTOCOL
from tests.wellbeing.stories import adopt, asked, changed, logged, sept, take, text_of
from wellbeing import facts, studies
from wellbeing.models import (
    Activity,
    Membership,
    NextLook,
    Offer,
    Pause,
    ProtocolVersion,
    Study,
)
from wellbeing.protocol.reading import read
from wellbeing.protocol.values import BadProtocol
from wellbeing.ticking import tick


@pytest.fixture
def paused(agreed, at):
    """Planning has stopped since Monday; nothing else has."""
    Pause.objects.create(
        study=agreed.study, starts_on=date(2026, 9, 14), reason="Ethics amendment."
    )
    return agreed


def post_log(client):
    page = client.get("/log/")
    data = {
        "submission": str(page.context["form"]["submission"].value()),
        "slot": page.context["proposal"].slot,
        "when": "now",
        "which": "other",
        "code": "209",
        "talk": "keep",
    }
    return client.post("/log/", data)


# --- paused (scenario 29) -----------------------------------------------------------


def test_while_a_study_is_paused_the_log_goes_on_and_brings_its_offer(
    paused, clock, browse
):
    assert post_log(browse(paused.ada)).status_code == 302
    assert Activity.objects.done().count() == 1
    assert Offer.objects.get().accepted_at is not None


def test_while_a_study_is_paused_support_goes_on(paused, at, clock, browse):
    ada = browse(paused.ada)
    for page in ("/", "/support/", "/times/", "/support/ask/", "/check-ins/"):
        assert ada.get(page).status_code == 200
    take(paused, at, start=sept(17, 14))
    asked(paused, at)
    waiting = SupportRequest.objects.unanswered()
    assert (Booking.objects.count(), waiting.count()) == (1, 1)


def test_a_pause_takes_no_time_back_that_was_agreed(paused, at):
    booked = take(paused, at, start=sept(17, 14))
    tick(at=sept(17, 10))
    booked.refresh_from_db()
    assert booked.freed_at is None


def test_a_pause_is_shown_with_its_reason(paused, clock, browse):
    page = text_of(browse(paused.lou).get("/studies/"))
    assert "From 14 September 2026. Ethics amendment. Support went on." in page


@pytest.mark.parametrize(
    ("day", "on"), [(13, False), (14, True), (17, True), (18, False)]
)
def test_the_last_day_of_a_pause_is_the_first_without_it(agreed, day, on):
    Pause.objects.create(
        study=agreed.study,
        starts_on=date(2026, 9, 14),
        ends_on=date(2026, 9, 18),
        reason="x",
    )
    assert Pause.objects.on(date(2026, 9, day)).exists() is on


# --- closed -------------------------------------------------------------------------


@pytest.fixture
def closed(agreed, at):
    """Closed since today, and its support has ended too."""
    Study.objects.filter(pk=agreed.study.pk).update(
        closed_on=at.date(), support_ends_on=at.date()
    )
    agreed.study.refresh_from_db()
    return agreed


def test_a_closed_study_opens_no_log_and_no_times(closed, clock, browse):
    ada = browse(closed.ada)
    for page in ("/log/", "/times/", "/support/", "/support/ask/"):
        assert ada.get(page).status_code == 404
    for page in ("/log/", "/times/", "/support/ask/"):
        assert ada.post(page, {}).status_code == 404
    assert ada.get("/help-now/").status_code == 200


def test_a_closed_study_makes_no_offer(closed, at):
    activity = Activity.objects.create(
        study=closed.study,
        kind="interview",
        code="1",
        starts_at=at - timedelta(hours=2),
        ends_at=at - timedelta(hours=1),
        logged_at=at,
    )
    activity.exposures.create(person=closed.ada, role="interviewer")
    tick(at=at)
    assert Offer.objects.count() == 0


def test_an_agreed_time_outlives_the_study(agreed, at, clock, browse):
    booked = take(agreed, at, start=sept(17, 14))
    Study.objects.filter(pk=agreed.study.pk).update(
        closed_on=at.date(), support_ends_on=at.date()
    )
    tick(at=sept(16, 9))
    page = browse(agreed.ada).get(f"/bookings/{booked.public_id}/")
    assert page.status_code == 200


def test_who_is_in_an_open_study_too_works_there(closed, clock, browse):
    join(closed.elsewhere, closed.ada, "interviewer")
    page = browse(closed.ada).get("/log/")
    assert page.context["study"] == closed.elsewhere
    log = browse(closed.ada).get("/log/", {"study": closed.study.public_id})
    assert log.status_code == 404


def test_of_two_studies_the_log_opens_the_one_asked_for(agreed, clock, browse):
    join(agreed.elsewhere, agreed.ada, "interviewer")
    ada = browse(agreed.ada)
    page = ada.get("/log/")
    assert (page.context["study"], page.context["studies"]) == (
        agreed.study,
        [agreed.study, agreed.elsewhere],
    )
    other = ada.get("/log/", {"study": agreed.elsewhere.public_id})
    assert other.context["study"] == agreed.elsewhere
    data = {
        "study": agreed.elsewhere.public_id,
        "submission": other.context["form"]["submission"].value(),
        "when": "now",
        "which": "other",
        "code": "1",
    }
    assert ada.post("/log/", data).status_code == 302
    assert Activity.objects.get().study == agreed.elsewhere


def test_a_protocol_without_interviews_has_no_interview_log(team, clock, browse):
    parts = yaml.safe_load(PROTOCOL)
    activities = {"coding": parts["activities"]["coding"]}
    adopt(team.study, changed(activities=activities, before={}))
    assert browse(team.ada).get("/log/").status_code == 404


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Africa/Nairobi", "0001-01-01"),
        ("America/New_York", "9999-12-31"),
        ("Europe/London", "0001-01-01"),
    ],
)
def test_a_day_at_the_end_of_the_calendar_is_no_error_page(
    agreed, clock, browse, zone, day
):
    Study.objects.filter(pk=agreed.study.pk).update(time_zone=zone)
    ada = browse(agreed.ada)
    data = {
        "submission": ada.get("/log/").context["form"]["submission"].value(),
        "when": "other",
        "day": day,
        "finished": "23:59" if day[0] == "9" else "00:00",
        "which": "other",
        "code": "1",
    }
    answer = ada.post("/log/", data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["day"])


# --- versions -----------------------------------------------------------------------


def problems(study, text):
    with pytest.raises(BadProtocol) as caught:
        adopt(study, text)
    assert ProtocolVersion.objects.filter(study=study).count() == 0
    return caught.value.problems


def replaced(old, new):
    assert old in PROTOCOL
    return PROTOCOL.replace(old, new, 1)


REQUESTS = {"part": 8, "answer_within": "PT4WH"}
# What is wrong with a text, and the place that the first sentence about it names.
BAD = {
    "an unknown word": (PROTOCOL + "\nextra: 1\n", "extra"),
    "an unknown word deep inside": (
        changed(requests=REQUESTS | {"sooner": True}),
        "sooner",
    ),
    "an unknown kind": (
        replaced("kinds: [debrief, short_call", "kinds: [tea, short_call"),
        "tea",
    ),
    "a pencil with nobody": (
        replaced("      kind: debrief", "      kind: quiet_time"),
        "offers.after_interview",
    ),
    "a length": (
        replaced("window: P2WD", "window: 2 days"),
        "offers.after_interview.window",
    ),
    "a time that is none": (
        replaced('closes: "17:30"', 'closes: "25:30"'),
        "working_days.closes",
    ),
    "a day that ends before it starts": (
        replaced('closes: "17:30"', 'closes: "08:30"'),
        "working_days",
    ),
    "no working day": (
        replaced("days: [mon, tue, wed, thu, fri]", "days: []"),
        "working_days.days",
    ),
    "an unknown zone": (replaced("zone: Europe/London", "zone: Mars/Base"), "zone"),
    "an unknown country": (replaced("country: GB", "country: XX"), "holidays"),
    "days where hours are meant": (
        replaced("at_latest_before: PT2H", "at_latest_before: P1D"),
        "at_latest_before",
    ),
    "a word for a number": (
        changed(requests=REQUESTS | {"part": "eight"}),
        "requests.part",
    ),
    "a number for a word": (
        replaced("called: debrief", "called: 1"),
        "kinds.debrief.called",
    ),
    "a rule that stands twice": (
        replaced("  any_day:", "  after_interview:"),
        "after_interview",
    ),
    "anchors": ("a: &x 1\nb: *x\n", "nchor"),
    "no YAML": ("a: [", "line 1"),
    "a list": ("- a\n- b\n", "`protocol:`"),
    "nothing": ("", "`protocol:`"),
    "a day that is none": ("protocol: 2026-13-45\n", ""),
    "a deep nest": ("[" * 20_000, "deep"),
    "ten million letters": ("a" * 10_000_000, "200,000 is most"),
    "an object": ("!!python/object:os.system x\n", "line 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_text_that_is_no_protocol_is_refused_with_a_sentence(db, name):
    text, place = BAD[name]
    found = problems(make_study(), text)
    assert place in found[0]
    for sentence in found:
        ends = (sentence.endswith("."), sentence.endswith(".."))
        assert (*ends, "\n" in sentence) == (True, False, False)
        assert "Value error" not in sentence


def test_every_problem_is_told_at_once(team):
    text = changed(requests=REQUESTS | {"part": "x"}, zone="Mars/Base")
    assert len(problems(team.study, text)) == 2


def test_what_is_missing_is_named(team):
    parts = yaml.safe_load(PROTOCOL)
    del parts["requests"]
    (problem,) = problems(team.study, yaml.safe_dump(parts))
    assert "requests" in problem


@pytest.mark.parametrize("text", [PROTOCOL, changed()])
def test_a_good_text_is_kept_to_the_letter(team, text):
    version = adopt(team.study, text)
    assert (version.number, version.text, version.active_from) == (1, text, AGREED)
    assert facts.document_of(version) == read(PROTOCOL)


def test_versions_are_numbered_in_each_study(team):
    numbers = [
        adopt(study, PROTOCOL).number
        for study in (team.study, team.elsewhere, team.study)
    ]
    assert numbers == [1, 1, 2]


def test_a_new_version_has_everybody_looked_at(team, at):
    adopt(team.study, PROTOCOL, at=at)
    due = NextLook.objects.filter(study=team.study, due_at=at)
    members = Membership.objects.filter(study=team.study)
    assert set(due.values_list("person", flat=True)) == set(
        members.values_list("person", flat=True)
    )
    assert NextLook.objects.filter(study=team.elsewhere).count() == 0


def test_a_version_is_never_changed(team):
    version = adopt(team.study, PROTOCOL)
    version.text = changed(protocol="Another")
    with pytest.raises(ValidationError):
        version.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProtocolVersion.objects.create(
            study=team.study,
            number=1,
            text=PROTOCOL,
            digest="x",
            reason="x",
            active_from=AGREED,
            made_at=AGREED,
        )
    assert ProtocolVersion.objects.get().text == PROTOCOL


def test_the_version_in_force_is_the_latest_that_has_started(team, at):
    in_force = ProtocolVersion.objects.in_force
    assert in_force(team.study, at) is None
    first = adopt(team.study, PROTOCOL)
    later = adopt(team.study, PROTOCOL, at=at, active_from=at + timedelta(days=1))
    assert in_force(team.study, AGREED - timedelta(seconds=1)) is None
    assert in_force(team.study, AGREED) == first
    assert in_force(team.study, at) == first
    assert in_force(team.study, at + timedelta(days=1)) == later
    assert in_force(team.elsewhere, at) is None


def test_work_is_governed_by_the_version_in_force_when_it_ended(agreed, at):
    """Domain 6.0 rule 1: the log comes a day later, under a newer version."""
    adopt(agreed.study, changed(), at=at, active_from=at + timedelta(minutes=1))
    offer = logged(agreed, at)
    assert offer.version.number == 1
    assert logged(agreed, at + timedelta(hours=1), code="2").pk == offer.pk
    joined = Offer.objects.get(merged_into=offer)
    assert joined.version.number == 2


def test_joining_twice_is_joining_once(team, at):
    for _ in range(2):
        studies.join(
            study=team.elsewhere,
            person=team.ada,
            roles=["interviewer", "observer"],
            since=at.date(),
            at=at,
        )
    held = Membership.objects.filter(study=team.elsewhere, person=team.ada)
    assert sorted(held.values_list("role", flat=True)) == ["interviewer", "observer"]
    look = NextLook.objects.get(study=team.elsewhere, person=team.ada)
    assert look.due_at == at


# --- read aloud ---------------------------------------------------------------------


def parts_in(text):
    """Every number that a text gives to one of its parts."""
    for name, value in text.items():
        if name in {"part", "limits_part"}:
            yield value
        elif isinstance(value, dict):
            yield from parts_in(value)


def test_every_numbered_part_is_read_aloud_in_order(agreed, clock, browse):
    wanted = set(parts_in(yaml.safe_load(PROTOCOL)))
    adopt(agreed.study, PROTOCOL, at=AGREED + timedelta(days=1))
    (found,) = browse(agreed.ada).get("/protocol/").context["protocols"]
    study, version, readings = found
    parts = [reading.part for reading in readings]
    assert (study, version.number) == (agreed.study, 2)
    assert (sorted(set(parts)), parts) == (sorted(wanted), sorted(parts))


def test_the_page_says_in_sentences_what_the_text_says(agreed, clock, browse):
    page = text_of(browse(agreed.ada).get("/protocol/"))
    for sentence in (
        "Version 1, in force since Monday 5 January. First version.",
        "After an interview, interviewers, facilitators and observers are offered: "
        "debrief, short call, peer conversation, talk with an outside psychologist or "
        "quiet paid hour. It is always a choice.",
        "The first times lie within 2 working days.",
        "kept until 10am the next day. Then it goes back, and nobody minds.",
        "The offer stays open for 7 days.",
        "One short reminder comes after 2 days, and then nothing more.",
        "If there is no answer within 4 working hours, cover is asked.",
        "Interviews in a day: a pace of 1 and a limit of 2.",
        "Interviews in 7 days: a pace of 2 and a limit of 3.",
        "Interviews in 28 days: a pace of 6.",
        "Minutes of interviews in 7 days: a pace of 200.",
        "Transcripts in 7 days: a pace of 2.",
        "After an interview we ask, the next day at 10am, a few short questions.",
    ):
        assert sentence in page


def test_no_limit_that_is_carried_out_is_left_unsaid(agreed, at, clock, browse):
    limits = {
        "transcription": {"minutes_7": {"limit": 600}, "day": {"pace": 2}},
        "group_coding": {"days_28": {"pace": 1}},
    }
    adopt(agreed.study, changed(limits=limits), at=at)
    page = text_of(browse(agreed.ada).get("/protocol/"))
    for sentence in (
        "Recordings in a day: a pace of 2.",
        "Minutes of recordings in 7 days: a limit of 600.",
        "Times coding together in 28 days: a pace of 1.",
    ):
        assert sentence in page


def test_a_team_calls_the_debrief_what_it_likes(agreed, at, clock, browse):
    adopt(agreed.study, changed(terms={"debrief": "support conversation"}), at=at)
    page = text_of(browse(agreed.ada).get("/protocol/"))
    assert "are offered: support conversation, short call" in page


def test_everybody_reads_their_own_protocols_and_no_others(agreed, clock, browse):
    both = join(agreed.elsewhere, agreed.ada, "coder")
    found = browse(both).get("/protocol/").context["protocols"]
    assert [study for study, _, _ in found] == [agreed.study, agreed.elsewhere]
    (only,) = browse(agreed.charlie).get("/protocol/").context["protocols"]
    assert only[0] == agreed.elsewhere
