"""Compile every template and look for what the content security policy would block."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.template import TemplateSyntaxError
from django.template.loader import get_template

RULES = (
    (re.compile(r"\sstyle\s*=", re.I), "has a style attribute"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I), "has a script in an attribute"),
    (re.compile(r"<style\b", re.I), "has a style element"),
    (re.compile(r"<script\b(?![^>]*\bsrc=)", re.I), "has a script of its own"),
    (re.compile(r"\b(?:src|href|action)\s*=\s*[\"']data:", re.I), "has a data: URL"),
    (
        re.compile(r"\b(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I),
        "links to another host",
    ),
)
# Mail programs read no style sheet of ours, so a message carries its own.
FINE_IN_MESSAGES = {"has a style element"}


def problems_of(text: str, *, message: bool) -> Iterator[str]:
    """What is wrong with the text of one template, in a few words each."""
    for pattern, words in RULES:
        if pattern.search(text) and not (message and words in FINE_IN_MESSAGES):
            yield words


def template_problems(folder: Path) -> Iterator[str]:
    """One line for each thing that is wrong with a template of the folder."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            get_template(name)
        except TemplateSyntaxError as problem:
            yield f"{name}: does not compile: {problem}"
        for words in problems_of(
            path.read_text(), message=name.startswith("messages/")
        ):
            yield f"{name}: {words}"


class Command(BaseCommand):
    help = "Compile every template; say which would break or be blocked."

    def handle(self, *args: Any, **options: Any) -> None:
        engines: list[dict[str, Any]] = settings.TEMPLATES
        folders = [Path(folder) for folder in engines[0]["DIRS"]]
        found = [line for folder in folders for line in template_problems(folder)]
        for line in found:
            self.stderr.write(line)
        if found:
            sys.exit(1)
        self.stdout.write("Every template is sound.")
