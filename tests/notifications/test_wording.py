"""Words that a team gave to a message: how they go out, and what is refused."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import (
    delivery,
    preview,
    rendering,
    samples,
    shipped,
    texts,
    wording,
    wording_lint,
)
from notifications.models import Message, MessageText, State
from notifications.reading_age import reading_age
from notifications.segments import segments
from notifications.wording import Faces
from notifications.wording_lint import Unsaid
from tests.factories import make_phone
from tests.notifications.makers import PATH, owe
from wellbeing.people.models import Contact

HARD = (
    "Subsequent to the completion of your professional engagement, an individually "
    "allocated opportunity for reflective consultation has been provisionally "
    "established, which participants may alternatively decline: {time} {link}"
)


def sms(text: str, name: str = "booking_reminder", unsaid=None) -> list[str]:
    """What the check says about a text message."""
    return said(Faces(sms=text), name, unsaid)


def said(faces: Faces, name: str = "booking_reminder", unsaid=None) -> list[str]:
    found = wording_lint.problems(name, faces, unsaid=unsaid or Unsaid())
    return [finding.sentence for finding in found]


def written(name: str, faces: Faces, by, at, opened: int = 0):
    return texts.change(name=name, faces=faces, opened=opened, by=by, at=at)


# What came with Alongside, as a team would write it


@pytest.mark.parametrize("name", shipped.EDITABLE)
def test_what_came_with_alongside_is_read_off_the_templates_whole(name):
    faces = shipped.faces_of(name)
    whole = f"{faces.subject}\n{faces.words}\n{faces.sms}"
    left = (*("23 September", "20 September", "4:30pm", "London"), "testserver", "/")
    assert [value for value in left if value in re.sub(r"\{[^}]*\}", "", whole)] == []
    assert faces.subject
    assert faces.words


@pytest.mark.parametrize("name", shipped.EDITABLE)
def test_what_came_with_alongside_passes_its_own_check(name):
    came = shipped.faces_of(name)
    assert said(Faces(came.subject, came.words, came.sms), name) == []


@pytest.mark.parametrize("name", shipped.EDITABLE)
@pytest.mark.parametrize("level", ["", "place", "name"])
def test_our_words_written_by_a_team_say_the_same(name, level):
    came = shipped.faces_of(name)
    ours = preview.of(name, Faces(), level=level)
    theirs = preview.of(name, Faces(came.subject, came.words, came.sms), level=level)
    assert theirs.parts == ours.parts
    # Ours name the zone once where two times stand in one mail, and seldom the end.
    bare = [
        re.sub(r" to \d[\w:]*|, London time|,", "", text.replace(" at 4", " 4"))
        for text in (ours.text, theirs.text)
    ]
    assert bare[0].split() == bare[1].split()
    assert (theirs.subject, theirs.sms) == (ours.subject, ours.sms)


def test_only_messages_that_a_time_and_a_link_can_say_are_open():
    fixed = set(shipped.every_name()) - set(shipped.EDITABLE)
    assert {"phone_code", "study_invitation", "practical_wish", "work_yours"} < fixed
    assert set(shipped.EDITABLE) < set(shipped.every_name())


# How they go out


def test_a_text_goes_out_in_the_words_of_the_team(team, at):
    row = owe(team.ada, at)
    edits = {"booking_reminder": Faces(sms="We meet {time}. More: {link}")}
    assert rendering.text(row, at=at, edits=edits) == (
        "Alongside: We meet Tuesday 15 September, 10pm, London time. "
        f"More: testserver{PATH}"
    )


def test_a_mail_keeps_its_greeting_its_reason_and_the_way_to_help(team, at):
    row = owe(team.ada, at)
    edits = {"booking_reminder": Faces(words="See you {time}.\n\nYour page: {link}")}
    letter = rendering.letter(row, at=at, to="a@example.org", edits=edits)
    assert letter.text == (
        "Dear Ada,\n\n"
        "See you Tuesday 15\u00a0September, 10pm to 10:50pm, London time.\n\n"
        f"Your page: http://testserver{PATH}\n\n"
        "Why you get this: you agreed this time. "
        "Nobody else in the team gets this message.\n\n"
        "Need someone right now? http://testserver/help-now/\n\n"
        "Alongside, for your team\n"
        "Fewer messages, or none: http://testserver/settings/\n"
    )
    assert letter.subject == "Your time on Tuesday 15\u00a0September, 10pm"
    assert f'<a class="go" href="http://testserver{PATH}">Your page</a>' in letter.html
    assert (
        "<b>Tuesday 15\u00a0September, 10pm to 10:50pm, London time</b>" in letter.html
    )
    assert "See or change this time" not in letter.html


def test_every_letter_of_the_words_and_of_a_name_is_escaped(team, at):
    team.ada.name = "<b>Ada</b>"
    edits = {"booking_reminder": Faces(words="<i>{first name}</i> & {time}: {link}")}
    html = rendering.letter(
        owe(team.ada, at), at=at, to="a@example.org", edits=edits
    ).html
    assert "&lt;i&gt;&lt;b&gt;Ada&lt;/b&gt;&lt;/i&gt; &amp; " in html
    assert "<i>" not in html


def test_words_of_a_team_are_never_run(team, at):
    edits = {"booking_reminder": Faces(sms="{% now 'Y' %} {{ person.email }} {link}")}
    said = rendering.text(owe(team.ada, at), at=at, edits=edits)
    assert said.startswith("Alongside: Your time: ")


@pytest.mark.parametrize(
    "faces",
    [
        Faces(subject="{code}"),
        Faces(words="{code} {link}"),
        Faces(sms="{code} {link}"),
        Faces(subject="{0}", words="{person.email}", sms="{}"),
    ],
)
def test_words_that_cannot_be_made_never_stop_a_message(team, at, faces, caplog):
    row = owe(team.ada, at)
    edits = {"booking_reminder": faces}
    to = "a@example.org"
    assert rendering.letter(row, at=at, to=to, edits=edits) == (
        rendering.letter(row, at=at, to=to)
    )
    assert rendering.text(row, at=at, edits=edits) == rendering.text(row, at=at)
    assert {record.getMessage() for record in caplog.records} == {
        "The edited words of booking_reminder: KeyError. Ours are sent."
    }


@pytest.mark.parametrize("name", ["booking_cancelled_by_us", "reaching_out"])
def test_times_to_choose_from_stay_in_the_mail(name):
    edit = Faces(words="It did not come about: {time}.")
    shown = preview.of(name, edit, level="")
    assert "- Thursday 24\u00a0September, 4:30pm" in shown.text
    assert shown.html.count('<a class="go"') == 1
    assert shown.html.count("<li>") == 3


def test_the_way_to_stop_stays_in_a_check_in_and_its_link_is_signed():
    shown = preview.of("check_in", Faces(words="A few questions: {link}"), level="")
    assert (
        "Stop them without signing in: http://testserver/messages/stop/" in shown.text
    )
    path = wording.signed(f"http://testserver{samples.PATH}")
    assert f"A few questions: {path}\n" in shown.text
    assert f'href="{path}"' in shown.html


def test_a_long_line_before_the_link_becomes_a_sentence_and_a_short_button():
    values = {"link": "https://x.example/", "time": "T"}
    long = (
        "You choose what suits you, earlier or later or another day with somebody else"
    )
    assert wording.as_html(f"{long}: {{link}}", values) == (
        f"<p>{long}.</p>\n"
        '<p><a class="go" href="https://x.example/">Open the page</a></p>'
    )
    assert wording.as_html("All is well. See it: {link}\nBye", values) == (
        '<p>All is well.</p>\n<p><a class="go" href="https://x.example/">See it</a></p>'
        "\n<p>Bye</p>"
    )


@pytest.mark.parametrize(
    ("level", "said"),
    [("", "Alongside: Hello, 10pm is near: "), ("name", "Alongside: Hello Ada, 10pm ")],
)
def test_a_first_name_shows_in_a_text_only_to_who_chose_it(team, at, level, said):
    make_phone(team.ada)
    Contact.objects.filter(person=team.ada).update(discretion=level)
    row = owe(team.ada, at)
    row.person.refresh_from_db()
    edits = {"booking_reminder": Faces(sms="Hello {first name}, 10pm is near: {link}")}
    assert rendering.text(row, at=at, edits=edits).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{first name}, your time", "Your time"),
        ("Hello {first name}, your time", "Hello, your time"),
        ("Thank you, {first name}.", "Thank you."),
        ("It is soon. {first name}: see", "It is soon. See"),
    ],
)
def test_a_name_that_is_left_out_leaves_nothing_hanging(text, said):
    assert wording.fill(text, {}) == said


def test_a_name_that_makes_two_parts_of_a_text_is_left_out(team, at):
    make_phone(team.ada)
    Contact.objects.filter(person=team.ada).update(discretion="name")
    team.ada.name = "Adaeze" * 12
    row = owe(team.ada, at)
    team.ada.contact.discretion = "name"
    edits = {"booking_reminder": Faces(sms="Hello {first name}, {time}: {link}")}
    text = rendering.text(row, at=at, edits=edits)
    assert segments(text) == 1
    assert "Adaeze" not in text


# Versions


def test_a_sender_uses_the_newest_words(team, at, mailoutbox):
    written("booking_reminder", Faces(subject="First"), team.lou, at)
    written("booking_reminder", Faces(subject="Second"), team.lou, at, opened=1)
    owe(team.ada, at)
    delivery.send_due(clock=lambda: at)
    assert [mail.subject for mail in mailoutbox] == ["Second"]


def test_a_broken_row_in_the_table_stops_nobody(team, at, mailoutbox):
    written("booking_reminder", Faces(subject="{code}", words="{% x %}"), team.lou, at)
    row = owe(team.ada, at)
    delivery.send_due(clock=lambda: at)
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
    assert mailoutbox[0].subject == "Your time on Tuesday 15\u00a0September, 10pm"


def test_a_batch_asks_once_for_the_words_of_all_its_messages(team, at):
    asked = []
    for rows in (1, 3):
        for number in range(rows):
            owe(team.ada, at, key=f"{rows}:{number}")
        with CaptureQueriesContext(connection) as queries:
            delivery.send_due(clock=lambda: at)
        asked.append(sum("messagetext" in q["sql"] for q in queries))
    assert asked == [1, 1]


def test_going_back_makes_a_new_version_and_keeps_the_old(team, at):
    written("offer_open", Faces(subject="First"), team.lou, at)
    written("offer_open", Faces(subject="Second"), team.lou, at, opened=1)
    texts.back_to(name="offer_open", number=1, opened=2, by=team.fay, at=at)
    assert texts.in_force() == {"offer_open": Faces(subject="First")}
    texts.back_to(name="offer_open", number=0, opened=3, by=team.fay, at=at)
    assert texts.in_force() == {}
    rows = texts.versions("offer_open").values_list("number", "subject", "changed_by")
    assert list(rows) == [
        (4, "", team.fay.pk),
        (3, "First", team.fay.pk),
        (2, "Second", team.lou.pk),
        (1, "First", team.lou.pk),
    ]


def test_two_who_change_at_once_do_not_undo_each_other(team, at):
    written("offer_open", Faces(subject="Lou"), team.lou, at)
    with pytest.raises(texts.ChangedMeanwhile):
        written("offer_open", Faces(subject="Fay"), team.fay, at)
    assert texts.in_force() == {"offer_open": Faces(subject="Lou")}


def test_a_version_that_nobody_made_yet_cannot_have_been_opened(team, at):
    with pytest.raises(texts.ChangedMeanwhile):
        written("offer_open", Faces(subject="Lou"), team.lou, at, opened=7)
    assert MessageText.objects.count() == 0


def test_the_same_words_again_make_no_version(team, at):
    written("offer_open", Faces(subject="Lou"), team.lou, at)
    assert written("offer_open", Faces(subject="Lou"), team.lou, at, opened=1) is None
    assert MessageText.objects.count() == 1


def test_an_unknown_version_is_refused(team, at):
    with pytest.raises(texts.NoSuchVersion):
        texts.back_to(name="offer_open", number=7, opened=0, by=team.lou, at=at)


def test_words_outlive_the_account_of_who_wrote_them(team, at):
    written("offer_open", Faces(subject="Lou"), team.lou, at)
    MessageText.objects.update(changed_by=None)
    assert texts.in_force() == {"offer_open": Faces(subject="Lou")}


# What is refused


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Interview {interview code}: {link}",
            "“{interview code}” cannot stand here. "
            "What can: {time}, {date}, {first name} and {link}.",
        ),
        ("{% include 'x' %} {link}", "Only plain words: take out “{%”."),
        ("{{ person }} {link}", "Only plain words: take out “{{”."),
        ("<b>Now</b> {link}", "Only plain words: take out “<b>”."),
        ("a < b {link}", "Only plain words: take out “< b {link}”."),
        ("half { way {link}", "There is a { or a } without its partner."),
        (
            "See www.x.org {link}",
            "Only {link} may lead anywhere: take out “www.x.org”.",
        ),
        ("https://x.org {link}", "Only {link} may lead anywhere"),
        ("Write a@x.org {link}", "Only {link} may lead anywhere"),
        ("Go to x.co.uk/a {link}", "Only {link} may lead anywhere"),
        ("INT-07 is done {link}", "“INT-07” looks like a code or a number."),
        ("Number 209 is done {link}", "“209” looks like a code or a number."),
        ("Your time {time}", "Please keep {link}"),
        ("{link} {link}", "Please use {link} once only."),
        ("You must come: {link}", '"must" makes a duty of an offer. Better: choice.'),
        ("You missed it: {link}", '"missed" is better not said.'),
        ("Oops: {link}", "“Oops” is better not said."),
        ("Come: {link}!", "Please use no exclamation mark: it shouts."),
        ("See you tomorrow {link}", "“tomorrow” may be wrong when it is read."),
        ("A smile 😀 {link}", "“😀” would make every text cost twice."),
        ("It’s time {link}", "“’” would make every text cost twice."),
        ("Long " * 30 + "{link}", "With the longest day and place this is 2"),
        ("x" * 10_000, "This is 10000 letters long. At most 480 fit."),
        ("a\x07b {link}", "There is a letter in here that cannot be seen."),
    ],
)
def test_a_text_that_will_not_do_is_refused_with_a_sentence(text, sentence):
    found = sms(text)
    assert [one for one in found if one.startswith(sentence[:60])] != [], found


def test_words_without_anything_wrong_pass():
    assert sms("We meet {time}. See or change: {link}") == []
    assert said(Faces()) == []


def test_an_own_text_costs_one_part_in_the_longest_place():
    room = 160 - preview.count("booking_reminder", "{time} {link}").letters - 1
    assert sms("x" * room + " {time} {link}") == []
    assert sms("x" * (room + 1) + " {time} {link}") == [
        "With the longest day and place this is 161 letters, and 160 fit in one text."
        " Please shorten it by 1."
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Soon. Your page: {link}", "Please keep {time}: the reader needs to know it."),
        (
            "{time}. Press {link} to see it.",
            "Please put {link} at the end of a line: the words before it become a "
            "button.",
        ),
        ("{until} {time} {link}", "“{until}” cannot stand here."),
        (HARD, "This reads like a text for age 3"),
    ],
)
def test_a_mail_that_will_not_do_is_refused_with_a_sentence(words, sentence):
    found = said(Faces(words=words))
    assert [one.startswith(sentence[:30]) for one in found] == [True], found


def test_a_day_alone_is_enough_and_so_is_no_time_where_ours_has_none():
    assert said(Faces(words="It is on {date}. Your page: {link}")) == []
    assert said(Faces(words="Your page: {link}"), "offer_open") == []


def test_until_when_a_time_is_kept_stays_said():
    found = said(Faces(words="Kept: {time}. Answer: {link}"), "time_kept")
    assert found == ["Please keep {until}: the reader needs to know it."]


def test_a_subject_is_short_and_holds_no_link():
    assert said(Faces(subject="Your time {link}")) == [
        "“{link}” cannot stand here. What can: {time}, {date} and {first name}."
    ]
    assert said(Faces(subject="x" * 46 + " {time}")) == []
    assert said(Faces(subject="x" * 47 + " {time}")) == [
        "This subject can be 79 letters long and is then cut off. "
        "Please shorten it by 1."
    ]


def test_what_tells_others_is_refused_everywhere_or_on_a_lock_screen():
    unsaid = Unsaid(
        anywhere={"interview", "Community support"}, on_a_lock_screen={"peer supporter"}
    )
    assert sms("Your interviews {link}", unsaid=unsaid) == [
        "“interviews” tells others what this is about. Please leave it out."
    ]
    assert said(
        Faces(words="community SUPPORT: {time}. See: {link}"), unsaid=unsaid
    ) == ["“community SUPPORT” tells others what this is about. Please leave it out."]
    assert sms("Your Peer supporter {link}", unsaid=unsaid) == [
        "“Peer supporter” would show on a lock screen. Please leave it out here."
    ]
    assert (
        said(Faces(words="Your peer supporter: {time}. See: {link}"), unsaid=unsaid)
        == []
    )


def test_reading_age_tells_plain_words_from_hard_ones():
    plain = "You can choose a time. You can leave it. Both are fine. " * 3
    assert reading_age(plain) <= 7
    assert reading_age(HARD) >= 20
    assert reading_age("Only a few words.") is None


def test_ten_thousand_letters_of_trouble_are_refused_at_once():
    for nasty in ("{" * 10_000, "a." * 5_000, "<" * 10_000, "a-" * 5_000, "@" * 10_000):
        for face in ("subject", "words", "sms"):
            assert len(said(Faces(**{face: nasty[:3000]}))) >= 1
            assert len(said(Faces(**{face: nasty}))) == 1


def test_messages_of_another_kind_keep_their_words(team, at):
    row = owe(team.ada, at + timedelta(0))
    edits = {"offer_open": Faces(sms="{link}")}
    assert rendering.text(row, at=at, edits=edits) == rendering.text(row, at=at)
    assert Message.objects.count() == 1
