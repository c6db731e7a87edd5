"""The words: every template has its faces, and none says more than it may."""

import re
from datetime import timedelta
from itertools import product
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from django.conf import settings
from django.template.loader import get_template

from notifications import rendering, unasked
from notifications.models import Message
from notifications.segments import segments
from tests.notifications.makers import PATH, owe, times

FOLDER = Path(settings.BASE_DIR) / "templates" / "messages"
LONGEST_ZONE = max(available_timezones(), key=lambda zone: len(zone.split("/")[-1]))
WITH_TEXT = (
    "booking_agreed",
    "booking_moved",
    "booking_cancelled",
    "booking_cancelled_by_us",
    "booking_reminder",
    "time_kept",
    "time_offered",
    "new_time_asked",
    "new_time_instead",
    "offer_open",
    "offer_reminder",
    "supervision_kept",
    "check_in",
    "request_new",
    "request_for_cover",
    "service_alert",
    "test",
    "reaching_out",
    "reaching_out_again",
    "group_invitation",
    "series_started",
    "series_moved",
    "series_ended",
    "no_time_free",
    "reply_move",
    "reply_skip",
    "reply_help",
)
ALL = (*WITH_TEXT, "study_invitation", "cover_steps_in")
FORBIDDEN = re.compile(
    r"overdue|missed|fail|refused|complian|triage|risk|resilien|must|required|distress"
    r"|debrief|interview|supervis|psycholog|counsel|therap|community support|whitfield"
    r"|okafor|trauma|urgent|immediately|!",
    re.IGNORECASE,
)
NEAR = re.compile(r"\b(today|tomorrow|yesterday)\b", re.IGNORECASE)


def _row(person, at, template, **extra) -> Message:
    start = at + timedelta(days=8)  # a Wednesday, the longest day name
    context = times(
        start,
        until_at=(at + timedelta(days=1)).isoformat(),
        open_until_at=(at + timedelta(days=3)).isoformat(),
        was_starts_at=(at + timedelta(days=2)).isoformat(),
        expires_at=(at + timedelta(days=7)).isoformat(),
        stop_path="/check-ins/stop/",
        count=2,
        weeks=2,
    )
    purpose = "check_in" if template == "check_in" else "booking_notice"
    return Message(
        person=person, template=template, purpose=purpose, context=context, **extra
    )


def _letter(person, at, template) -> rendering.Letter:
    return rendering.letter(_row(person, at, template), at=at, to="a@example.org")


@pytest.mark.parametrize("template", ALL)
def test_every_template_has_its_faces(template):
    faces = {path.name for path in (FOLDER / template).iterdir()}
    wanted = {"subject.txt", "body.txt", "body.html"}
    wanted |= {"sms.txt"} if template in WITH_TEXT else set()
    wanted |= {"point.txt", "point.html"} if template in unasked.TEMPLATES else set()
    assert faces == wanted


@pytest.mark.parametrize("template", ALL)
def test_no_face_uses_a_forbidden_word_or_a_relative_day(team, at, template):
    letter = _letter(team.ada, at, template)
    faces = [letter.subject, letter.text, letter.html.partition("</style>")[2]]
    if template in WITH_TEXT:
        faces.append(rendering.text(_row(team.ada, at, template), at=at))
    for face in faces:
        assert FORBIDDEN.findall(face) == []
        assert NEAR.findall(face) == []
        assert "{{" not in face
        assert "None" not in face


@pytest.mark.parametrize("template", ALL)
def test_each_letter_offers_a_link_and_help(team, at, template):
    letter = _letter(team.ada, at, template)
    for face in (letter.text, letter.html):
        assert f"http://testserver{PATH}" in face
        assert ("/help-now/" in face) == (template != "study_invitation")


@pytest.mark.parametrize("template", ALL)
def test_no_letter_loads_anything_from_anywhere(team, at, template):
    html = _letter(team.ada, at, template).html
    assert re.findall(r"<(?:img|script|link|iframe)|style=|url\(", html) == []
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {"http://testserver"}


@pytest.mark.parametrize("template", WITH_TEXT)
def test_a_text_fits_one_part_even_in_the_longest_zone(team, at, template, settings):
    settings.PUBLIC_BASE_URL = "https://alongside.example"
    team.ada.time_zone = LONGEST_ZONE
    row = _row(team.ada, at, template)
    longest = max(
        (
            rendering.text(_at_hour(row, at, day, hour), at=at)
            for day, hour in product(range(7), (0.5, 3.5, 12.5))
        ),
        key=len,
    )
    assert segments(longest) == 1
    assert "\u00a0" not in longest
    assert longest.startswith("Alongside: ")


def _at_hour(row, at, day, hour) -> Message:
    start = (at + timedelta(days=8 + day, hours=hour)).isoformat()
    row.context = {**row.context, "starts_at": start}
    return row


def test_each_time_names_its_day_and_zone(team, at):
    row = owe(team.ada, at)
    letter = rendering.letter(row, at=at, to="a@example.org")
    when = "Tuesday 15\u00a0September, 10pm to 10:50pm, London time"
    assert letter.text.splitlines()[2] == f"A reminder of your time: {when}."
    assert letter.subject == "Your time on Tuesday 15\u00a0September, 10pm"


def test_the_reader_gets_their_own_zone(team, at):
    team.ada.time_zone = "Africa/Nairobi"
    text = rendering.text(_row(team.ada, at, "booking_reminder"), at=at)
    when = "Wednesday 23 September, 6pm, Nairobi time"
    assert text == f"Alongside: Your time: {when}. Change: testserver{PATH}"


def test_text_faces_are_not_escaped_and_the_html_face_is(team, at):
    team.ada.name = "O'Neil<b> & Co"
    letter = _letter(team.ada, at, "booking_agreed")
    assert letter.text.splitlines()[0] == "Dear O'Neil<b>,"
    assert "Dear O&#x27;Neil&lt;b&gt;," in letter.html


@pytest.mark.parametrize(
    "nasty",
    [
        "\r\nBcc: x@example.org",
        "\nX: y",
        "\u2028Bcc: x",
        "\x85Bcc: x",
        "\x00",
        "\u202e",
    ],
)
def test_a_subject_stays_one_line(nasty):
    assert not re.search(
        r"[\r\n\x00\x85\u2028\u202e]", rendering.one_line(f"a{nasty}b")
    )


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "x"])
def test_a_link_leads_nowhere_but_home(team, at, path):
    row = _row(team.ada, at, "booking_agreed")
    row.context["path"] = path
    with pytest.raises(rendering.CannotRender):
        rendering.letter(row, at=at, to="a@example.org")


def test_only_check_ins_carry_a_way_to_stop_by_one_click(team, at):
    assert _letter(team.ada, at, "booking_agreed").stop_url == ""
    row = _row(team.ada, at, "check_in")
    stop_url = rendering.letter(row, at=at, to="a@example.org").stop_url
    assert stop_url.startswith("http://testserver/messages/stop/")
    assert str(team.ada.public_id) not in stop_url


def test_every_folder_of_messages_compiles():
    for path in FOLDER.rglob("*.*"):
        get_template(str(path.relative_to(FOLDER.parent)))
