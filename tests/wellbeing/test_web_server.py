"""What the web server does before the first page."""

import gc
import importlib

from django.urls import get_resolver


def test_all_that_is_loaded_is_left_alone_by_the_collector_of_garbage():
    gc.unfreeze()
    module = importlib.reload(importlib.import_module("wellbeing.wsgi"))
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    assert callable(module.application)
    assert get_resolver().url_patterns
    assert frozen > 10_000
