"""A key ring of one's own for each test."""

from datetime import date

import pytest

from wellbeing.vault import sealing

DAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def ring_file(tmp_path, settings):
    settings.VAULT_KEYS = str(tmp_path / "keys" / "ring")
    settings.VAULT_KEYS_MADE_HERE = True
    return tmp_path / "keys" / "ring"


@pytest.fixture
def seal(team):
    """Seal something of Ada's for nobody else, unless the test says otherwise."""

    def make(content=None, *, readers=(), author=None, kind="check_in", on=DAY):
        return sealing.seal(
            kind=kind,
            author=author or team.ada,
            readers=readers,
            content=content if content is not None else {"how": "tired"},
            on=on,
            days=90,
        )

    return make
