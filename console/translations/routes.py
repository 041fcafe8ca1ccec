"""Addresses of the pages about translations."""

from __future__ import annotations

from starlette.routing import BaseRoute

from console.permissions import Permission
from console.translations import audio, files, pages, review
from console.uploads import UploadRoute
from console.visit import StaffRoute


def routes() -> list[BaseRoute]:
    """For reviewers, and for the programme's staff."""
    needs = Permission.REVIEW_TRANSLATIONS
    return [
        StaffRoute("/traducciones", pages.list_page, needs),
        StaffRoute("/traducciones/revisar", pages.queue, needs),
        StaffRoute("/traducciones/texto", review.text_page, needs),
        StaffRoute("/traducciones/texto", review.save, needs, "POST"),
        StaffRoute("/traducciones/audio", audio.sound, needs),
        UploadRoute("/traducciones/audio", audio.upload, needs, "POST"),
        StaffRoute("/traducciones/audio/quitar", audio.remove, needs, "POST"),
        StaffRoute("/traducciones/archivos", files.files_page, needs),
        UploadRoute("/traducciones/archivos", files.upload, needs, "POST"),
        StaffRoute("/traducciones/archivos/bajar", files.download, needs),
    ]
