"""`manage.py protocol`: one line on trouble, and the words that pages say."""

import json
import os
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_interview, make_study
from tests.protocol_text.texts import TEXT, changed
from wellbeing import previews, studies
from wellbeing.lib import clock

AGREED = datetime(2026, 1, 5, 9, tzinfo=UTC)
EASIER = changed(("window: P2WD", "window: P3WD"))


@pytest.fixture
def study(team, at, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at)
    for text, moment in ((TEXT, AGREED), (EASIER, datetime(2026, 9, 1, tzinfo=UTC))):
        studies.add_version(
            study=team.study, text=text, reason="Agreed", active_from=moment, at=moment
        )
    return team.study


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def run(*args):
    out = StringIO()
    call_command("protocol", *args, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


def refused(*args):
    """The one line of trouble, and what was printed before it."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("protocol", *args, stdout=out, stderr=StringIO())
    assert "\n" not in str(caught.value)
    return str(caught.value), out.getvalue().splitlines()


def test_lint_has_nothing_to_say_of_a_sound_file(file):
    assert run("lint", file(TEXT)) == ["Nothing to look at again."]


def test_lint_says_every_problem_with_its_line(file):
    bad = changed(("window: P2WD", "windw: P2WD"), ("part: 2", "part: two"))
    assert refused("lint", file(bad)) == (
        "This is not a protocol yet.",
        [
            "line 21, offers.after_interview.windw: there is no such word here. Did "
            "you mean `window`?",
            'line 29, offers.any_day.part: found "two"; a whole number is needed.',
        ],
    )


def test_lint_says_what_keeps_a_text_from_review(file):
    bad = changed(("requests: {part: 4", "requests: {part: 3"))
    assert refused("lint", file(bad)) == (
        "This cannot go into review yet.",
        ["must: part: part 3 is the number of check_ins and requests."],
    )


def test_lint_of_a_study_knows_who_is_there(study):
    assert run("lint", study.name) == ["Nothing to look at again."]
    study.memberships.filter(role="psychologist").delete()
    assert refused("lint", str(study.public_id)) == (
        "This cannot go into review yet.",
        [
            "must: kinds.debrief: nobody can give this: the study has nobody who is a "
            "psychologist."
        ],
    )


def test_show_reads_the_version_in_force_aloud(study):
    shown = run("show", study.name)
    assert shown[:3] == ["A small study, version 2", "", "1. After an interview"]
    assert "   The first times lie within 3 working days." in shown
    first = run("show", study.name, "--version", "1")
    assert "   The first times lie within 2 working days." in first


def test_diff_compares_versions_and_files(study, file):
    told = [
        "Part 1. After an interview",
        "   before: The first times lie within 2 working days.",
        "   after: The first times lie within 3 working days.",
    ]
    assert run("diff", f"{study.name}:1", f"{study.name}:2") == told
    assert run("diff", f"{study.public_id}:1", file(EASIER)) == told
    assert run("diff", f"{study.name}:2", file(EASIER)) == ["Nothing is different."]


def test_preview_reports_the_past_in_sentences(study, team, file):
    ended = datetime(2026, 9, 2, 10, tzinfo=UTC)
    make_interview(study, team.ada, ended=ended)
    days = ("--since", "2026-09-01", "--until", "2026-09-15")
    shown = run("preview", study.name, file(TEXT), *days)
    assert shown[0] == (
        "Tuesday 1\u00a0September 2026 to Tuesday 15\u00a0September 2026, London time: "
        "4 people, 1 activity."
    )
    assert "   Offers: 1, as before." in shown
    assert shown[-1] == "   after: The first times lie within 2 working days."


def test_schema_is_json_that_names_the_parts():
    found = json.loads("\n".join(run("schema")))
    assert found["required"][:3] == ["protocol", "zone", "working_days"]


def test_trouble_is_one_line(study, file, tmp_path):
    make_study(study.name)
    nobody = "There is no such file and no such study."
    for args, line in (
        (("lint", "Nothing of this name"), nobody),
        (("lint", "a" * 5000), nobody),
        (("lint", "\0"), nobody),
        (("lint", study.name), "Two studies have this name. Use the id of the study."),
        (("show", f"{study.public_id}", "--version", "9"),
         "The study has no such version."),
        (("diff", f"{study.public_id}:9", f"{study.public_id}:1"),
         "The study has no such version."),
        (("lint", file(b"\xff\xfe")), "This file is no text in UTF-8."),
        (("preview", str(study.public_id), str(tmp_path)),
         "This is a folder, not a file."),
        (("preview", str(study.public_id), "nowhere.yaml"), "There is no such file."),
        (("preview", str(study.public_id), file(TEXT), "--since", "2030-01-01"),
         "There is no past between these two days."),
        (("preview", str(study.public_id), file("a: b: c")),
         "line 1: the text cannot be read as YAML here (mapping values are not allowed "
         "here)."),
        (("diff", file("a" * 300_000), file(TEXT)), None),
    ):  # fmt: skip
        told, _ = refused(*args)
        assert line is None or told == line


@pytest.mark.processes
def test_a_preview_whose_process_is_killed_ends_in_one_line(study, file, monkeypatch):
    """Such a life ends whichever process is given it, as a kill from outside does."""
    monkeypatch.setattr(previews, "LONG", -1)
    monkeypatch.setattr(previews.Again, "_lives", lambda again, people: [Deadly()])
    told, printed = refused("preview", study.name, file(TEXT))
    assert told == (
        "One of the processes that were counting was ended from outside. "
        "Nothing has changed. Run it once more."
    )
    assert printed == []


class Deadly:
    def __reduce__(self):
        return os._exit, (9,)
