"""The words that readers meet, and the names that must not be met."""

import re

from tests.architecture.house import ROOT, template_files
from wellbeing.lib.kind_words import never_said

# Words of code inside a template, not words for a reader.
CODE = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<script.*?</script>|<[^>]+>", re.DOTALL)
LOGS = re.compile(
    r"\b(print|logger\.\w+|logging\.\w+)\(.*(\.note|\.answers?|\.words)\b"
)


def test_no_page_and_no_message_judges_a_person():
    found = [
        (name, word)
        for name, text in template_files()
        for word in never_said(CODE.sub(" ", text))
    ]
    assert found == []


def test_no_page_shouts():
    found = [
        name
        for name, text in template_files()
        if re.search(
            r"[A-Za-z]!(?!\w)(?!=)", CODE.sub(" ", text).replace("!doctype", "")
        )
    ]
    assert found == []


def test_no_style_or_script_asks_another_host():
    found = [
        path.name
        for path in (ROOT / "wellbeing" / "static").rglob("*")
        if path.suffix in {".css", ".js"}
        and re.search(r"https?://|@import|url\(\s*[\"']?(?:data:|//)", path.read_text())
    ]
    assert found == []
