"""What is text goes over the line compressed, where the browser can read that; nothing else is touched."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from console.compression import SMALLEST, Compression

TEXT = "Persona en la lista. " * 200


def answer(request: Request) -> Response:
    """What the address names."""
    kind = request.path_params["kind"]
    if kind == "parts":
        return StreamingResponse(iter([TEXT, TEXT]), media_type="text/csv")
    if kind == "short":
        return Response("x" * (SMALLEST - 1), media_type="text/html")
    if kind == "sound":
        return Response(b"OggS" * 1000, media_type="audio/ogg")
    if kind == "part":
        return Response(TEXT, 206, media_type="text/html")
    if kind == "nothing":
        return Response(status_code=304, headers={"ETag": '"a"'})
    return Response(TEXT, media_type="text/html")


@pytest.fixture
def client() -> TestClient:
    """A browser before such an application."""
    return TestClient(Starlette(routes=[Route("/{kind}", answer)], middleware=[Middleware(Compression)]))


def test_a_long_text_is_compressed_and_reads_the_same(client: TestClient) -> None:
    """Its length is what is sent, and caches are told that it depends on the browser."""
    found = client.get("/page")
    assert found.text == TEXT
    assert found.headers["content-encoding"] == "gzip"
    assert int(found.headers["content-length"]) < len(TEXT) / 10
    assert found.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("kind", ["parts", "short", "sound", "part", "nothing"])
def test_what_is_short_comes_in_parts_or_is_no_text_stays_as_it_is(client: TestClient, kind: str) -> None:
    """Also an answer without any content."""
    found = client.get(f"/{kind}")
    assert "content-encoding" not in found.headers
    if kind == "parts":
        assert found.text == TEXT + TEXT


def test_a_browser_that_cannot_read_it_gets_it_plain(client: TestClient) -> None:
    """It says so, or says nothing."""
    found: Any = client.get("/page", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in found.headers
    assert found.text == TEXT
