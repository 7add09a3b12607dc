"""One Odoo for all of these tests; each takes a fresh database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ehr.odoo.server import OdooServer, running_odoo


@pytest.fixture(scope="session")
def server() -> Iterator[OdooServer]:
    with running_odoo() as running:
        yield running
