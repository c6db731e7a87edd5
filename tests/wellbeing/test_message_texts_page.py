"""`/message-texts/`: how messages read, and other words for them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import texts
from notifications.models import MessageText
from notifications.wording import Faces
from tests.factories import make_interview
from wellbeing import studies

LIST, PAGE = "/message-texts/", "/message-texts/booking_reminder/"
EDIT, BACK = f"{PAGE}edit/", f"{PAGE}back/"


@pytest.fixture
def lou(agreed, team, at, settings, browse):
    settings.DEMO_AT = at
    return browse(team.lou)


def words_of(answer) -> str:
    html = answer.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def typed(**extra) -> dict[str, str]:
    return {"subject": "", "words": "", "sms": "", "opened": "0", **extra}


def beside(answer, field: str) -> list[str]:
    return list(answer.context["form"].errors.get(field, []))


def test_every_message_stands_in_the_list_once(lou):
    html = lou.get(LIST).content.decode()
    found = re.findall(r'href="/message-texts/(\w+)/"', html)
    assert len(found) == len(set(found)) == 43
    assert "What came" not in html


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("", "4:30pm, London time."),
        ("place", "4:30pm, London time, by phone."),
        ("name", "4:30pm, London time, by phone, with Jo Sample."),
    ],
)
def test_the_four_faces_are_shown_at_each_level_of_discretion(lou, level, said):
    html = words_of(lou.get(f"{PAGE}?level={level}"))
    sms = f"Alongside: Your time: Wednesday 23 September, {said} Change: "
    length = len(f"{sms}testserver/bookings/7d3b8a44-3f0e-4c39-9a53-6a8f3f6f2c11/")
    assert sms in html
    assert f"{length} letters, sent as 1 text." in html
    subject = said.replace(", London time", "").rstrip(".")
    assert f"Subject Your time on Wednesday 23 September, {subject}" in html
    letter = lou.get(f"{PAGE}letter/?level={level}")
    assert "Your time is coming up" in letter.content.decode()


def test_a_level_that_is_none_shows_the_time_only(lou):
    page = lou.get(f"{PAGE}?level=everything")
    assert page.context["level"] == ""


@pytest.mark.parametrize("name", ["phone_code", "work_asked", "study_invitation"])
def test_words_that_stay_can_be_seen_and_not_changed(lou, name):
    page = lou.get(f"/message-texts/{name}/")
    assert "These words stay as they are" in words_of(page)
    assert f"/message-texts/{name}/edit/" not in page.content.decode()
    assert lou.get(f"/message-texts/{name}/edit/").status_code == 404
    post = lou.post(f"/message-texts/{name}/back/", {"number": "0", "opened": "0"})
    assert post.status_code == 404


@pytest.mark.parametrize("name", ["nothing", "base", "admin", "edited"])
def test_an_unknown_message_is_an_unknown_page(lou, name):
    for path in ("", "letter/", "edit/"):
        assert lou.get(f"/message-texts/{name}/{path}").status_code == 404


def test_the_letter_may_be_framed_by_us_alone_and_runs_nothing(lou):
    letter = lou.get(f"{PAGE}letter/")
    policy = letter.headers["Content-Security-Policy"]
    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    ]
    assert letter.headers["X-Frame-Options"] == "SAMEORIGIN"
    page = lou.get(PAGE)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_new_words_are_saved_and_shown(lou, team, at):
    form = typed(sms="We meet {time}. More: {link}")
    answer = lou.post(EDIT, form)
    assert (answer.status_code, answer.url) == (302, PAGE)
    row = MessageText.objects.get()
    assert (row.message, row.number, row.sms) == ("booking_reminder", 1, form["sms"])
    assert (row.changed_by, row.changed_at) == (team.lou, at)
    shown = words_of(lou.get(PAGE))
    assert "Alongside: We meet Wednesday 23 September, 4:30pm, London time." in shown
    assert (
        "Version 1, in force Today, Tuesday 15 September, 4pm, by Lou Brennan." in shown
    )
    assert "Your own words" in words_of(lou.get(LIST))


def test_the_form_opens_with_the_words_in_force_or_ours(lou):
    assert "Your time: {time}. Change: {link}" in lou.get(EDIT).content.decode()
    lou.post(EDIT, typed(sms="Now {time}. See: {link}"))
    html = lou.get(EDIT).content.decode()
    assert "Now {time}. See: {link}" in html
    assert "A reminder of your time: {time}." in html


def test_saving_our_own_words_changes_nothing(lou):
    form = lou.get(EDIT).context["form"]
    answer = lou.post(EDIT, {face: form[face].value() for face in form.fields})
    assert answer.status_code == 302
    assert MessageText.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("sms", "{interview code} {link}", "“{interview code}” cannot stand here."),
        ("sms", "{% include 'x' %} {link}", "Only plain words"),
        ("sms", "A smile \U0001f600 {link}", "“\U0001f600” would make every text"),
        ("sms", "x" * 10_000, "This is 10000 letters long. At most 480 fit."),
        ("words", "y" * 10_000, "This is 10000 letters long. At most 3000 fit."),
        ("subject", "z" * 300, "This is 300 letters long. At most 200 fit."),
        ("sms", "Your debrief: {link}", "“debrief” tells others"),
        ("sms", "Community Support: {link}", "“Community Support” tells others"),
        ("sms", "Another study: {link}", "“Another study” tells others"),
        ("sms", "Our clinical psychologist: {link}", "“psychologist” tells others"),
        ("sms", "The coder: {link}", "“coder” would show on a lock screen."),
        ("sms", "Some quiet paid hour: {link}", "“quiet paid hour” would show"),
        ("sms", "About BEECH: {link}", "“BEECH” tells others"),
    ],
)
def test_what_will_not_do_is_said_beside_the_field_and_nothing_is_lost(
    lou, team, at, field, text, sentence
):
    make_interview(team.study, team.ada, ended=at - timedelta(days=1), code="BEECH")
    form = typed(**{"subject": "A quiet subject", field: text})
    answer = lou.post(EDIT, form)
    assert answer.status_code == 422
    assert any(said.startswith(sentence) for said in beside(answer, field)), (
        answer.context["form"].errors
    )
    for name in ("subject", "words", "sms"):
        assert answer.context["form"][name].value() == form[name]
    assert MessageText.objects.count() == 0


def test_the_codes_of_other_studies_cannot_be_tried_out(lou, team, at):
    make_interview(team.elsewhere, team.charlie, ended=at, code="BEECH")
    assert lou.post(EDIT, typed(sms="About BEECH: {link}")).status_code == 302


def test_two_coordinators_at_once_lose_nothing(lou, team, browse):
    lou.post(EDIT, typed(subject="First of all"))
    answer = browse(team.fay).post(EDIT, typed(subject="Second of all"))
    assert answer.status_code == 422
    assert answer.context["form"]["subject"].value() == "Second of all"
    assert "Somebody changed these words meanwhile." in words_of(answer)
    assert texts.in_force() == {"booking_reminder": Faces(subject="First of all")}


def test_one_press_goes_back_to_ours_or_to_an_earlier_version(lou):
    lou.post(EDIT, typed(subject="First of all"))
    lou.post(EDIT, typed(subject="Second of all", opened="1"))
    lou.post(BACK, {"number": "1", "opened": "2"})
    assert texts.in_force() == {"booking_reminder": Faces(subject="First of all")}
    lou.post(BACK, {"number": "0", "opened": "3"})
    assert texts.in_force() == {}
    assert "What came with Alongside, in force" in words_of(lou.get(PAGE))


def test_a_press_on_an_old_page_changes_nothing(lou):
    lou.post(EDIT, typed(subject="First of all"))
    answer = lou.post(BACK, {"number": "0", "opened": "0"}, follow=True)
    assert "Somebody changed these words meanwhile." in words_of(answer)
    assert texts.in_force() == {"booking_reminder": Faces(subject="First of all")}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"number": "7", "opened": "0"},
        {"number": "-1", "opened": "0"},
        {"number": "x", "opened": "0"},
        {"number": "9" * 40, "opened": "0"},
        {"number": "0"},
    ],
)
def test_a_press_that_makes_no_sense_is_an_unknown_page(lou, sent):
    assert lou.post(BACK, sent).status_code == 404
    assert MessageText.objects.count() == 0


@pytest.mark.parametrize("opened", ["", "x", "-1", "9" * 30])
def test_a_form_that_was_tampered_with_saves_nothing(lou, opened):
    assert lou.post(EDIT, typed(subject="A", opened=opened)).status_code == 422
    assert MessageText.objects.count() == 0


def test_who_changed_words_is_named_to_colleagues_only(lou, team, browse):
    lou.post(EDIT, typed(subject="First of all"))
    elsewhere = words_of(browse(team.charlie).get(PAGE))
    assert "First of all" in elsewhere
    assert ", by a coordinator." in elsewhere
    assert "Lou" not in elsewhere
    assert ", by Lou Brennan." in words_of(browse(team.fay).get(PAGE))


@pytest.mark.parametrize("who", ["ada", "gil", "jo", "sam"])
def test_for_everybody_else_there_is_no_such_page(lou, team, browse, who):
    browser = browse(getattr(team, who))
    unknown = browser.get("/nowhere/").content
    for path in (LIST, PAGE, EDIT, f"{PAGE}letter/"):
        answer = browser.get(path)
        assert (answer.status_code, answer.content) == (404, unknown)
    assert browser.post(EDIT, typed(subject="Mine")).status_code == 404
    assert browser.post(BACK, {"number": "0", "opened": "0"}).status_code == 404
    assert MessageText.objects.count() == 0


def test_the_page_asks_no_more_for_three_versions_than_for_one(lou, team, at):
    asked = []
    for opened in (0, 1, 2):
        texts.change(
            name="booking_reminder",
            faces=Faces(subject=f"Version {opened}"),
            opened=opened,
            by=team.fay,
            at=at,
        )
        lou.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            lou.get(PAGE)
        asked.append(len(queries))
    assert asked[0] == asked[2]
    assert asked[0] <= 8


def test_the_list_asks_no_more_for_three_changed_messages_than_for_one(lou, team, at):
    asked = []
    for name in ("offer_open", "time_kept", "request_new"):
        faces = Faces(subject="Ours")
        texts.change(name=name, faces=faces, opened=0, by=team.lou, at=at)
        with CaptureQueriesContext(connection) as queries:
            lou.get(LIST)
        asked.append(len(queries))
    assert asked[0] == asked[2]
    assert asked[0] <= 6


def test_the_way_to_the_page_stands_at_the_studies_and_in_the_settings(
    lou, team, browse
):
    for path in ("/studies/", "/settings/"):
        assert 'href="/message-texts/"' in lou.get(path).content.decode()
    theirs = browse(team.ada).get("/settings/").content.decode()
    assert 'href="/message-texts/"' not in theirs


def test_one_wrong_thing_does_not_hide_another(lou):
    answer = lou.post(EDIT, typed(sms="Your interview {code} today! {link}"))
    assert [said[:22] for said in beside(answer, "sms")] == [
        "“{code}” cannot stand ",
        "Please use no exclamat",
        "“today” may be wrong w",
        "“interview” tells othe",
    ]


def test_the_terms_of_a_team_are_refused_too(lou, team, agreed, at):
    text = agreed.study.protocol_versions.latest("number").text
    renamed = re.sub(r"called: short call", "called: chat over tea", text)
    assert renamed != text
    studies.add_version(
        study=team.study, text=renamed, reason="Other words.", active_from=at, at=at
    )
    answer = lou.post(EDIT, typed(sms="A chat over tea: {link}"))
    assert beside(answer, "sms") == [
        "“chat over tea” would show on a lock screen. Please leave it out here."
    ]
