"""What the gateway does beside the dialogue, put together: hearing again, joining two channels, centres, voice."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

from bot.gateway.asides.hearing import Hearing
from bot.gateway.asides.linking import Linking
from bot.gateway.asides.listeners import Fetching, Source, VoiceNotes
from bot.gateway.asides.nearby import Nearby
from bot.gateway.asides.typed import TypedChoices
from bot.gateway.asides.words import Phrases
from bot.gateway.post_office import PostOffice
from bot.gateway.prompts import Prompts
from bot.gateway.voice import VoiceFolder
from followup.database import Database
from uyariq.gateway_words import read_gateway_words
from uyariq.listening import FollowupListeners, joiner
from uyariq.nearby_centre import nearby_centre
from uyariq.rooms import RULES
from uyariq.settings import Settings

Say = Callable[[str, str], str]


def voice_folder(settings: Settings) -> VoiceFolder:
    """The recordings of this installation."""
    return VoiceFolder(settings.voice, settings.quechua_voice)


def prompts(settings: Settings, say: Say) -> Prompts:
    """The recordings as the channels send them."""
    return Prompts(voice_folder(settings), say, settings.voice_by_itself)


def typed_choices(office: PostOffice, channel: str, now: Callable[[], datetime]) -> TypedChoices:
    """Let typed words stand for the gateway's own choices, on a channel without buttons; before all other asides."""
    choices = TypedChoices(office.notes, office.identity, channel, now)
    office.add_aside(choices)
    return choices


def add_asides(
    office: PostOffice,
    settings: Settings,
    database: Database,
    now: Callable[[], datetime],
    say: Say,
    phrases: Mapping[str, Phrases] | None = None,
) -> Linking:
    """Let them look at messages before the dialogue does; the one that hears of a change of number.

    phrases: by use, which whoever holds them may renew; without them, those of the files as they are.
    """
    phrases = phrases or read_gateway_words(RULES)
    office.add_aside(Hearing(office.notes, voice_folder(settings), say, phrases["listen"]))
    linking = Linking(office.notes, joiner(database, now), say, phrases["link"], settings.secret, now)
    office.add_aside(linking)
    office.add_aside(Nearby(office.notes, nearby_centre(database, now), say))
    if settings.listeners:
        office.add_aside(VoiceNotes(office.notes, FollowupListeners(database, now), say, now))
    return linking


def fetching(
    office: PostOffice, database: Database, now: Callable[[], datetime], sources: Mapping[str, Source]
) -> Coroutine[Any, Any, None]:
    """The work of fetching voice notes that people agreed to."""
    return Fetching(office.notes, FollowupListeners(database, now), office.identity, sources).run(now)
