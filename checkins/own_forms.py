"""Questions that a team brought itself, kept as they were asked.

A form is data. Its key is made from its own words, so that the same questions are one
row, and an answer can always be read beside the questions it was given to.
"""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from checkins.instruments import FORMS, Asked, Form, own_form
from checkins.models import Instrument


def keep(*, title: str, source: str, asked: Asked) -> str:
    """The key under which these questions can be asked. One query, two the first time.

    `asked` holds the questions as (words, choices, whether several may be chosen).
    """
    content = {
        "title": title,
        "source": source,
        "asked": [[words, list(choices), several] for words, choices, several in asked],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    key = f"own:{hashlib.sha256(text.encode()).hexdigest()[:24]}"
    Instrument.objects.get_or_create(key=key, defaults={"content": content})
    return key


def form_of(key: str) -> Form:
    """The form of a key. Raises Instrument.DoesNotExist for one that nobody kept."""
    if found := FORMS.get(key):
        return found
    content: dict[str, Any] = Instrument.objects.get(key=key).content
    return own_form(
        key=key,
        title=content["title"],
        source=content["source"],
        asked=[
            (words, choices, several) for words, choices, several in content["asked"]
        ],
    )


def unknown(keys: Collection[str]) -> set[str]:
    """Those of the keys under which nothing can be asked. No query for our own."""
    others = set(keys) - set(FORMS)
    if not others:
        return set()
    rows = Instrument.objects.filter(key__in=others)
    return others - set(rows.values_list("key", flat=True))
