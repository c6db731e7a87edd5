"""`manage.py import_log`: one line when it worked, one line and exit 1 when not."""

import io

import pytest
from django.core.management import ManagementUtility, call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from tests.factories import make_study
from tests.imports.files import INTERVIEWS, interviews
from tests.imports.test_batches import ONE
from wellbeing.models import Activity, ImportBatch, Study


def run(*arguments):
    said = io.StringIO()
    call_command("import_log", *map(str, arguments), stdout=said)
    return said.getvalue()


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(interviews(ONE))
    return path


def test_a_log_comes_in_and_goes_out_with_one_line_each(team):
    said = run(INTERVIEWS, "--study", "community support", "--add-people")
    batch = ImportBatch.objects.get()
    assert said == (
        "Brought in 30, 0 were here already, 4 people added. To take it back: "
        f"--undo {batch.public_id}\n"
    )
    assert batch.file_name == "study_interviews.csv"
    assert run(INTERVIEWS, "--study", team.study.public_id) == (
        "Everything is here already: 30 rows. Nothing new.\n"
    )
    assert run("--undo", batch.public_id) == (
        "Taken back: 30 activities and 4 people.\n"
    )
    assert Activity.objects.count() == 0


def test_a_preview_writes_nothing(team):
    said = run(INTERVIEWS, "--study", team.study.public_id, "--preview")
    assert said == (
        "30 new, 0 already here. Nothing was written. Not in the study: Esi Mensah, "
        "Dev Patel, Cleo Hartley, Mo Rahman.\n"
    )
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.csv", "--study", "Community support"], "There is no such file."),
        ([".", "--study", "Community support"], "This is a folder, not a file."),
        (["a\0b", "--study", "Community support"], "This file cannot be opened."),
        ([INTERVIEWS, "--study", "No such"], "There is no such study."),
        ([INTERVIEWS], "Name a file and a study: FILE.csv --study NAME."),
        ([], "Name a file and a study: FILE.csv --study NAME."),
        (["--undo", "x"], "There is no such import."),
        (
            [INTERVIEWS, "--study", "Community support"],
            "Not in the study: Esi Mensah, Dev Patel, Cleo Hartley, Mo Rahman. Add "
            "them first, or use --add-people.",
        ),
    ],
)
def test_trouble_is_one_sentence(team, arguments, sentence):
    with pytest.raises(CommandError) as trouble:
        run(*arguments)
    assert str(trouble.value) == sentence
    assert Activity.objects.count() == 0


def test_each_problem_has_its_line_and_nothing_is_written(team, log):
    log.write_bytes(
        interviews(ONE, "8,x,10:00,9:00,Ada Okafor", ",1/1/2020,9:00,9:30,")
    )
    for more in ([], ["--preview"]):
        with pytest.raises(CommandError) as trouble:
            run(log, "--study", "Community support", *more)
        assert str(trouble.value).splitlines() == [
            "Row 3, Date: Write the day like 31/08/2020: day, month, year.",
            "Row 4, Interview: Write the number here.",
            "Row 4, Interviewer: Write here who it was.",
        ]
    assert Activity.objects.count() == 0


def test_a_binary_file_is_one_sentence(team, log):
    log.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(CommandError, match=r"^This is not a text file\."):
        run(log, "--study", "Community support")


def test_two_studies_of_one_name_need_the_id(team, log):
    make_study()
    with pytest.raises(CommandError, match=r"^Two studies have this name\."):
        run(log, "--study", "Community support")
    run(log, "--study", team.study.public_id)
    assert Activity.objects.get().study == team.study


def test_undo_twice_is_told_so(team, log):
    run(log, "--study", "Community support")
    batch = ImportBatch.objects.get()
    run("--undo", batch.public_id)
    with pytest.raises(CommandError, match=r"^This import was taken back before\."):
        run("--undo", batch.public_id)


def test_a_database_that_does_not_answer_is_one_sentence(team, log, monkeypatch):
    def silent(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(Study.objects, "filter", silent)
    with pytest.raises(CommandError, match=r"^The database does not answer"):
        run(log, "--study", "Community support")


def test_on_the_command_line_trouble_ends_with_1_and_without_a_traceback(team, capsys):
    with pytest.raises(SystemExit) as end:
        ManagementUtility(
            ["manage.py", "import_log", "nowhere.csv", "--study", "x"]
        ).execute()
    assert end.value.code == 1
    assert capsys.readouterr().err == "CommandError: There is no such study.\n"
