"""The import page: choose, look, bring in, take back. For coordinators of the study."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import join
from tests.imports.files import INTERVIEWS, coding, interviews
from tests.imports.test_batches import ONE, bring_in, counts
from wellbeing.models import Activity, ImportBatch, Role, Study

KNOWN = interviews(ONE, "8,01/09/2020,10:00,11:00,Bem Adeyemi")


@pytest.fixture
def lou(client, team):
    client.force_login(team.lou)
    return client


def address(team):
    return reverse("study_import", args=[team.study.public_id])


def choose(client, team, data, name="log.csv"):
    return client.post(address(team), {"file": SimpleUploadedFile(name, data)})


def press(client, team, shown, **more):
    fields = {"carried": shown.context["carried"], "bring_in": "yes", **more}
    return client.post(address(team), fields)


def test_the_file_is_shown_first_and_nothing_is_written(lou, team):
    before = counts()
    shown = choose(lou, team, INTERVIEWS.read_bytes())
    assert shown.status_code == 200
    assert (shown.context["found"].new, shown.context["page"].paginator.count) == (
        30,
        30,
    )
    after = counts()
    assert after == before
    page = shown.content.decode()
    assert "Bring in 30 interviews" in page
    assert "Esi Mensah, Dev Patel, Cleo Hartley, Mo Rahman" in page
    assert "Monday 8\u00a0July 2019, 10am to 11:10am" in page


def test_a_press_brings_it_in_and_leads_to_its_own_page(lou, team):
    shown = choose(lou, team, KNOWN)
    answer = press(lou, team, shown)
    batch = ImportBatch.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse(
        "study_import_batch", args=[team.study.public_id, batch.public_id]
    )
    page = lou.get(answer.url).content.decode()
    assert "2 interviews" in page
    assert "Lou Brennan" in page
    assert batch.made_by == team.lou


def test_a_second_press_makes_no_second_batch(lou, team):
    shown = choose(lou, team, KNOWN)
    first, second = press(lou, team, shown), press(lou, team, shown)
    assert second.url == first.url
    assert (ImportBatch.objects.count(), Activity.objects.count()) == (1, 2)


def test_one_button_takes_it_back_and_a_second_press_says_so(lou, team):
    press(lou, team, choose(lou, team, KNOWN))
    batch = ImportBatch.objects.get()
    undo = reverse("study_import_undo", args=[team.study.public_id, batch.public_id])
    assert lou.get(undo).status_code == 405
    page = lou.post(undo, follow=True).content.decode()
    assert "Taken back: 2 from the log." in page
    assert Activity.objects.count() == 0
    page = lou.post(undo, follow=True).content.decode()
    assert "This import was taken back before." in page
    assert "Undo this import" not in page


def test_an_import_that_waits_for_another_is_said_and_keeps_the_file(
    lou, team, at, monkeypatch
):
    def held(*args, **kwargs):
        raise OperationalError

    shown = choose(lou, team, KNOWN)
    batch = bring_in(team, at, coding("101,05/11/2019,Ada Okafor,60")).batch
    monkeypatch.setattr(Study.objects, "select_for_update", held)
    answer = press(lou, team, shown)
    assert answer.status_code == 422
    busy = "Somebody is bringing a file in at this moment. Try again in a minute."
    assert answer.context["busy"] == busy
    assert answer.context["carried"] == shown.context["carried"]
    undo = reverse("study_import_undo", args=[team.study.public_id, batch.public_id])
    assert busy in lou.post(undo, follow=True).content.decode()


def test_unknown_names_are_asked_about_beside_their_box(lou, team):
    data = interviews("7,31/08/2020,10:00,11:00,Cleo Hartley")
    answer = press(lou, team, choose(lou, team, data))
    assert answer.status_code == 422
    assert 'aria-describedby="names-error"' in answer.content.decode()
    assert Activity.objects.count() == 0
    assert press(lou, team, answer, add_people="yes").status_code == 302
    assert ImportBatch.objects.get().people_added != []


def test_a_file_with_unclear_rows_can_be_seen_and_not_brought_in(lou, team):
    data = interviews(ONE, "8,31/02/2020,10:00,11:00,Ada Okafor")
    shown = choose(lou, team, data)
    page = shown.content.decode()
    assert "There is no such day." in page
    assert 'name="bring_in"' not in page
    assert press(lou, team, shown).status_code == 422
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "log.csv", "The file is empty."),
        (b"PK\x03\x04" + b"0" * 50, "log.csv", "This is a spreadsheet"),
        (b"a\x00b", "log.csv", "This is not a text file."),
        (b"x" * 1_000_001, "log.csv", "The file is larger than 1 MB."),
        (b"Colour\nred\n", "log.csv", "Not known: Colour."),
    ],
)
def test_a_file_that_is_no_log_is_said_beside_the_field(
    lou, team, data, name, sentence
):
    answer = choose(lou, team, data, name)
    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors["file"][0]
    assert 'id="file-error1"' in answer.content.decode()


def test_no_file_at_all_is_said_beside_the_field(lou, team):
    answer = lou.post(address(team), {})
    assert answer.context["form"].errors == {"file": ["Choose a file first."]}


def test_a_long_file_is_paged(lou, team):
    rows = [f"{n},31/08/2020,10:00,11:00,Ada Okafor" for n in range(120)]
    shown = choose(lou, team, interviews(*rows))
    assert len(shown.context["page"]) == 50
    fields = {"carried": shown.context["carried"], "page": "3"}
    last = lou.post(address(team), fields)
    assert [line.number for line in last.context["page"]] == list(range(102, 122))
    assert press(lou, team, last).status_code == 302
    assert Activity.objects.count() == 120


def test_what_travels_cannot_be_changed_or_used_by_somebody_else(lou, team, client):
    shown = choose(lou, team, KNOWN)
    packed = shown.context["carried"]
    for other in (packed[:-1] + "x", "nonsense", "", "a:b:c", "\u20ac" * 50):
        fields = {"carried": other, "bring_in": "yes"}
        answer = lou.post(address(team), fields)
        assert answer.status_code == 422
        assert "Choose the file again" in answer.content.decode()
    client.force_login(team.fay)
    answer = client.post(address(team), {"carried": packed, "bring_in": "yes"})
    assert answer.status_code == 422
    assert Activity.objects.count() == 0


def test_the_same_file_again_is_said_to_be_here(lou, team, at):
    bring_in(team, at, KNOWN)
    page = choose(lou, team, KNOWN).content.decode()
    assert "Everything in this file is here already." in page


@pytest.mark.parametrize("who", ["charlie", "ada", "jo", "sam", "gil"])
def test_nobody_else_finds_the_page(client, team, at, who):
    batch = bring_in(team, at, KNOWN).batch
    client.force_login(getattr(team, who))
    for known, unknown in (
        (address(team), reverse("study_import", args=[uuid4()])),
        (
            reverse("study_import_batch", args=[team.study.public_id, batch.public_id]),
            reverse("study_import_batch", args=[team.study.public_id, uuid4()]),
        ),
        (
            reverse("study_import_undo", args=[team.study.public_id, batch.public_id]),
            reverse("study_import_undo", args=[team.study.public_id, uuid4()]),
        ),
    ):
        for method in (client.get, client.post):
            answers = [method(known), method(unknown)]
            assert [answer.status_code for answer in answers] in (
                [404, 404],
                [405, 405],
            )
    assert ImportBatch.objects.get().undone_at is None


def test_to_coordinate_one_study_opens_no_other(client, team):
    join(team.elsewhere, team.ada, Role.COORDINATOR)
    client.force_login(team.ada)
    assert client.get(address(team)).status_code == 404
    elsewhere = reverse("study_import", args=[team.elsewhere.public_id])
    assert client.get(elsewhere).status_code == 200


def test_somebody_who_has_not_signed_in_is_asked_to(client, team):
    assert client.get(address(team)).status_code == 302


def test_a_batch_has_no_page_under_another_study(client, team, at):
    batch = bring_in(team, at, KNOWN).batch
    client.force_login(team.charlie)
    place = [team.elsewhere.public_id, batch.public_id]
    assert client.get(reverse("study_import_batch", args=place)).status_code == 404
    assert client.post(reverse("study_import_undo", args=place)).status_code == 404


def test_the_page_asks_the_same_number_of_questions_however_many_imports(
    lou, team, at, django_assert_num_queries
):
    bring_in(team, at, interviews(ONE))
    with CaptureQueriesContext(connection) as with_one:
        lou.get(address(team))
    bring_in(team, at, coding("101,05/11/2019,Ada Okafor,60"))
    bring_in(team, at, coding("102,05/11/2019,Ada Okafor,60"))
    with django_assert_num_queries(len(with_one)):
        lou.get(address(team))
