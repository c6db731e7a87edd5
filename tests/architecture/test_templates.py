"""Templates: they compile, they hold nothing that the policy blocks, they are whole."""

import pytest
from django.core.management import call_command

from tests.architecture.house import TEMPLATES
from wellbeing.management.commands.check_templates import (
    problems_of,
    template_problems,
)

FACES = {"subject.txt", "body.txt", "body.html"}


def test_every_template_is_sound():
    assert list(template_problems(TEMPLATES)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('<p style="color: red">', "has a style attribute"),
        ('<a onclick="x()">', "has a script in an attribute"),
        ("<style>p {}</style>", "has a style element"),
        ("<script>x()</script>", "has a script of its own"),
        ('<script type="application/json">{}</script>', "has a script of its own"),
        ('<img src="data:image/png;base64,AA">', "has a data: URL"),
        ('<a href="https://elsewhere.example/">', "links to another host"),
        ('<script src="//elsewhere.example/x.js"></script>', "links to another host"),
    ],
)
def test_the_check_sees_what_would_be_blocked(text, problem):
    assert list(problems_of(text, message=False)) == [problem]


def test_a_message_may_carry_its_own_style():
    assert list(problems_of("<style>p {}</style>", message=True)) == []


def test_a_broken_template_stops_the_check(tmp_path, settings, capsys):
    (tmp_path / "broken.html").write_text("{% if %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    with pytest.raises(SystemExit) as stopped:
        call_command("check_templates")
    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith("broken.html: does not compile")


def test_every_message_has_all_its_faces():
    folders = [path for path in (TEMPLATES / "messages").iterdir() if path.is_dir()]
    missing = {
        folder.name: FACES - {path.name for path in folder.iterdir()}
        for folder in folders
    }
    assert {name: faces for name, faces in missing.items() if faces} == {}
    assert len(folders) > 5
