"""The programme whose rules are changed, and browsers of those who change them."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.console.editor.rules_app import Programme, programme
from tests.console.people import PASSWORD, csrf_of


@pytest.fixture
def running(database: Any, tmp_path: Any, bot: Any, clock: Any) -> Programme:
    """The programme, without any publication yet."""
    return programme(database, tmp_path, bot, clock)


@pytest.fixture
def enter(running: Programme, add_staff: Any) -> Any:
    """Opens an account and gives its browser."""

    def as_role(username: str, role: str = "staff") -> TestClient:
        add_staff(username, role, view_pii=False)
        browser = TestClient(running.app, follow_redirects=False)
        form = {"csrf": csrf_of(browser.get("/login").text), "usuario": username, "clave": PASSWORD}
        assert browser.post("/login", data=form).status_code == 303
        return browser

    return as_role
