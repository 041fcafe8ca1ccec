"""The web chat in a real browser: Rosa writes from a cheap, shared phone on a bad network."""

from __future__ import annotations

import re
from typing import Any

import pytest

from console.site import ConsoleSettings
from tests.console.measures import LOW_CONTRAST, SMALL_TARGETS, SMALL_TEXT

pytestmark = pytest.mark.browser

YES_NO = [{"title": "Sí", "payload": "/yes"}, {"title": "No", "payload": "/no"}]


@pytest.fixture
def address(make_app: Any, serve: Any) -> str:
    """The chat page; "salir rápido" leads to a picture of the same server, as there is no internet here."""
    settings = ConsoleSettings(exit_address="/static/icon.svg")
    return f"{serve(make_app(settings=settings)).address}/chat"


def begin(page: Any) -> None:
    """Start the conversation and wait for the bot's first bubble."""
    page.click("#begin")
    page.wait_for_selector(".bubble.bot")


def write(page: Any, text: str) -> None:
    """Type a message and send it."""
    page.fill("#message", text)
    page.press("#message", "Enter")


def said(page: Any) -> list[str]:
    """All bubbles in order, as they are read."""
    return page.locator(".bubble .said").all_inner_texts()


def wait_for_bubbles(page: Any, count: int) -> None:
    """Wait until so many bubbles stand in the log."""
    page.locator(".bubble").nth(count - 1).wait_for()


def wait_for_answers(page: Any, count: int) -> None:
    """Wait until the bot has said so many bubbles."""
    page.locator(".bubble.bot").nth(count - 1).wait_for()


def test_a_conversation_by_taps_and_by_typing(bot: Any, address: str, open_page: Any) -> None:
    """A tap sends the payload and shows the button's words; typing sends text; the progress bar follows."""
    bot.by_text = {
        '/greet{"language": "es"}': [
            {"text": "Buenas tardes."},
            {"text": "¿Duerme mal?", "buttons": YES_NO, "progress": [3, 28]},
        ],
        "/yes": [{"text": "¿Se asusta con facilidad?", "buttons": YES_NO, "progress": [4, 28]}],
        "no mucho": [{"text": "Gracias por contarme."}],
    }
    page = open_page(address)
    begin(page)
    wait_for_bubbles(page, 3)
    assert page.inner_text("#progress-words").startswith("Pregunta 3 de 28")
    page.wait_for_timeout(400)
    page.click("#replies button:has-text('Sí')")
    wait_for_bubbles(page, 5)
    assert page.get_attribute("#progress-bar", "aria-valuenow") == "4"
    write(page, "no mucho")
    wait_for_bubbles(page, 7)
    assert said(page)[1:] == [
        "Buenas tardes.",
        "¿Duerme mal?",
        "Sí",
        "¿Se asusta con facilidad?",
        "no mucho",
        "Gracias por contarme.",
    ]
    assert [(text, payload) for _, text, payload, _ in bot.heard[1:]] == [(None, "/yes"), ("no mucho", None)]
    assert page.locator("#replies button").count() == 0
    assert page.is_hidden("#progress")


def test_a_second_tap_in_the_same_place_does_not_answer_the_next_question(
    bot: Any, address: str, open_page: Any
) -> None:
    """A double tap was meant for the first question only."""
    bot.answers = [{"text": "¿Duerme mal?", "buttons": YES_NO}]
    page = open_page(address)
    begin(page)
    page.wait_for_selector("#replies button")
    page.evaluate("document.querySelector('#replies button').click()")
    page.wait_for_timeout(500)
    assert len(bot.heard) == 1, "the button had only just appeared"
    page.evaluate("document.querySelector('#replies button').click()")
    wait_for_bubbles(page, 4)
    assert len(bot.heard) == 2


def test_when_the_network_fails_messages_wait_and_leave_in_order_with_their_first_id(
    bot: Any, address: str, open_page: Any
) -> None:
    """The page says that it is trying again, and nothing is lost or doubled."""
    page = open_page(address)
    begin(page)
    tried: list[str] = []

    def fail(route: Any) -> None:
        tried.append(route.request.post_data_json["message_id"])
        route.abort()

    page.route("**/chat/messages", fail)
    write(page, "primero")
    write(page, "segundo")
    page.wait_for_selector("text=No se envió, reintentando")
    page.wait_for_timeout(1300)
    page.unroute("**/chat/messages")
    page.click("text=Reintentar ahora")
    wait_for_answers(page, 3)
    assert [text for _, text, _, _ in bot.heard[1:]] == ["primero", "segundo"]
    assert len(tried) >= 2
    assert set(tried) == {bot.heard[1][3]}
    assert page.locator("text=No se envió").count() == 0


def test_when_the_server_fails_after_handling_the_same_id_comes_again(bot: Any, address: str, open_page: Any) -> None:
    """The answer was lost on the way: the retry must be recognisable as the same message."""
    page = open_page(address)
    begin(page)
    lost: list[str] = []

    def lose_first_answer(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.post_data_json["message_id"])
        route.fetch()
        route.abort()

    page.route("**/chat/messages", lose_first_answer)
    write(page, "hola")
    wait_for_answers(page, 2)
    assert [heard[1] for heard in bot.heard[1:]] == ["hola"], "the bot heard it once"


def test_a_refused_message_says_why_and_the_next_one_leaves(bot: Any, address: str, open_page: Any) -> None:
    """One message that cannot be sent does not block the conversation."""
    page = open_page(address)
    begin(page)
    page.evaluate("document.querySelector('#message').removeAttribute('maxlength')")
    write(page, "a" * 5000)
    page.wait_for_selector("text=Su mensaje es muy largo")
    write(page, "más corto")
    wait_for_answers(page, 2)
    assert bot.heard[-1][1] == "más corto"


def test_timed_bubbles_wait_their_time(bot: Any, address: str, open_page: Any) -> None:
    """A breathing exercise shows the next bubble after its seconds, with the dots moving meanwhile."""
    bot.by_text["respirar"] = [{"text": "Tome aire."}, {"text": "Suelte el aire.", "delay": 1.2}]
    page = open_page(address)
    begin(page)
    write(page, "respirar")
    page.wait_for_selector(".said:has-text('Tome aire.')")
    page.wait_for_timeout(500)
    assert "Suelte el aire." not in said(page)
    assert page.is_visible("#typing")
    page.wait_for_selector(".said:has-text('Suelte el aire.')")
    assert page.is_hidden("#typing")


def test_who_writes_during_an_exercise_is_answered_at_once(bot: Any, address: str, open_page: Any) -> None:
    """Help in danger does not wait behind a minute of breathing; what was left is shown above it."""
    bot.by_text["respirar"] = [{"text": "Tome aire."}, {"text": "Suelte el aire.", "delay": 60}]
    bot.by_text["quiero morir"] = [{"text": "Gracias por decírmelo. Llame ahora al 113."}]
    page = open_page(address)
    begin(page)
    write(page, "respirar")
    page.wait_for_selector(".said:has-text('Tome aire.')")
    write(page, "quiero morir")
    page.wait_for_selector(".said:has-text('Gracias por decírmelo')")
    help_text = "Gracias por decírmelo. Llame ahora al 113."
    assert said(page)[-4:] == ["Tome aire.", "Suelte el aire.", "quiero morir", help_text]
    assert page.get_attribute(".bubble.bot:last-of-type a", "href") == "tel:113"


def test_quick_exit_leaves_nothing_behind(bot: Any, address: str, open_page: Any) -> None:
    """Screen, storage and the place in the history are gone; "back" does not show the talk again."""
    page = open_page(address)
    page.click(".options summary")
    page.check("#remember")
    page.click(".options summary")
    begin(page)
    write(page, "mi esposo me pega")
    wait_for_answers(page, 2)
    depth = page.evaluate("history.length")
    page.click("#quick-exit")
    page.wait_for_url("**/static/icon.svg")
    assert page.evaluate("history.length") == depth
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    page.go_back()
    assert "mi esposo" not in page.content()
    page.goto(address)
    assert page.locator(".bubble").count() == 0


def test_three_times_escape_is_a_quick_exit(address: str, open_page: Any) -> None:
    """For those whose hands are on the keyboard."""
    page = open_page(address)
    begin(page)
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("**/static/icon.svg")


def test_a_shared_phone_keeps_nothing_unless_asked(bot: Any, address: str, open_page: Any) -> None:
    """The random id lives in the tab; only "recordar en este teléfono" keeps it longer, and never any message."""
    page = open_page(address)
    begin(page)
    assert page.evaluate("localStorage.length") == 0
    page.click(".options summary")
    page.check("#remember")
    person = page.evaluate("localStorage.getItem('uyariq.person')")
    assert re.fullmatch(r"[0-9a-f]{32}", person)
    assert page.evaluate("localStorage.length") == 1
    other = page.context.new_page()
    other.goto(address)
    assert other.locator(".bubble").count() == 0, "another tab knows the person, not the messages"
    other.click("#begin")
    other.wait_for_selector(".bubble.bot")
    assert {heard[0] for heard in bot.heard} == {person}
    page.uncheck("#remember")
    assert page.evaluate("localStorage.length") == 0


def test_after_a_reload_the_conversation_goes_on(bot: Any, address: str, open_page: Any) -> None:
    """A phone that reloads a tab loses neither bubbles, nor buttons, nor a message that was waiting."""
    bot.answers = [{"text": "¿Duerme mal?", "buttons": YES_NO, "progress": [1, 28]}]
    page = open_page(address)
    begin(page)
    page.wait_for_selector("#replies button")
    page.route("**/chat/messages", lambda route: route.abort())
    write(page, "a veces")
    page.wait_for_selector("text=No se envió, reintentando")
    page.unroute("**/chat/messages")
    page.reload()
    wait_for_answers(page, 2)
    assert bot.heard[-1][1] == "a veces"
    assert page.locator("#replies button").count() == 2
    assert page.is_visible("#progress")


def test_the_language_can_be_changed_at_any_moment(bot: Any, make_app: Any, serve: Any, open_page: Any) -> None:
    """The page's own words change at once, and the bot is told by payload."""

    def in_capitals(context: str, text: str, language: str) -> str:
        return text.upper() if language == "qu" and "{" not in text else text

    page = open_page(f"{serve(make_app(translate=in_capitals)).address}/chat")
    begin(page)
    page.click("button[data-language=qu]")
    wait_for_answers(page, 2)
    assert page.evaluate("document.documentElement.lang") == "qu"
    assert page.inner_text("#quick-exit") == "SALIR RÁPIDO"
    assert page.get_attribute("#message", "placeholder") == "ESCRIBA SU MENSAJE"
    assert page.get_attribute("button[data-language=qu]", "aria-pressed") == "true"
    assert bot.heard[-1][2] == '/change_language{"language": "qu"}'


def test_choosing_the_language_before_the_start_begins_in_it(bot: Any, address: str, open_page: Any) -> None:
    """Rosa never has to read Spanish first."""
    page = open_page(address)
    page.click("button[data-language=qu]")
    begin(page)
    assert [heard[2] for heard in bot.heard] == ['/greet{"language": "qu"}']


def test_words_of_bot_and_person_are_never_markup(bot: Any, address: str, open_page: Any) -> None:
    """A tag in a message is shown as typed."""
    evil = "<img src=x onerror=\"document.title='broken'\"><b>hola</b>"
    bot.answers = [{"text": evil, "buttons": [{"title": evil, "payload": "/x"}]}]
    page = open_page(address)
    begin(page)
    write(page, evil)
    wait_for_bubbles(page, 4)
    assert said(page)[1:] == [evil, evil, evil]
    assert page.locator("#log img, #log b, #replies img").count() == 0
    assert page.title() == "Uyariq"


def test_new_bubbles_are_announced_with_who_spoke_and_what_can_be_answered(
    bot: Any, address: str, open_page: Any
) -> None:
    """The log is a live region; a screen reader hears speaker, words and options."""
    bot.answers = [{"text": "¿Duerme mal?", "buttons": YES_NO}]
    page = open_page(address)
    begin(page)
    page.wait_for_selector("#replies button")
    log = page.locator("[role=log]")
    assert log.get_attribute("aria-live") == "polite"
    assert log.get_attribute("aria-label") == "Conversación"
    heard = page.locator(".bubble.bot").last.text_content()
    assert "Uyariq dice: ¿Duerme mal?" in heard
    assert "Puede responder: Sí, No." in heard


def test_the_chat_works_by_keyboard_alone(bot: Any, address: str, open_page: Any) -> None:
    """Tab to begin, Enter; Tab from the conversation to the answers, Enter; write, Enter."""
    bot.answers = [{"text": "¿Duerme mal?", "buttons": YES_NO}]
    page = open_page(address)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "begin":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#replies button")
    assert page.evaluate("document.activeElement.id") == "message"
    page.keyboard.type("no sé")
    page.keyboard.press("Enter")
    wait_for_bubbles(page, 4)
    page.wait_for_timeout(400)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "Sí"
    page.keyboard.press("Enter")
    wait_for_bubbles(page, 6)
    assert bot.heard[-1][2] == "/yes"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Sí", "the next Tab goes to the new answers"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_fits_can_be_touched_and_read(bot: Any, address: str, open_page: Any, width: int, scheme: str) -> None:
    """No sideways scroll, targets of 44 pixels, text of 16, contrast AA; before the start and in a question."""
    titles = ("Ningún día", "Varios días", "Más de la mitad", "Casi todos los días")
    four = [{"title": title, "payload": "/x"} for title in titles]
    question = {"text": "¿Se ha sentido triste?", "buttons": four, "progress": [9, 28]}
    bot.answers = [{"text": "Palabralarguísima" * 6}, question]
    page = open_page(address, width, 640, color_scheme=scheme, reduced_motion="reduce")
    for step in ("start", "question", "options"):
        if step == "question":
            begin(page)
            page.wait_for_selector("#replies button")
        if step == "options":
            page.click(".options summary")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SMALL_TARGETS) == []
        assert page.evaluate(SMALL_TEXT) == []
        assert page.evaluate(LOW_CONTRAST) == []


def test_typing_is_told_in_words_where_motion_is_not_wanted(bot: Any, address: str, open_page: Any) -> None:
    """With reduced motion the dots do not move; a sentence stands there instead."""
    bot.by_text["respirar"] = [{"text": "Tome aire.", "delay": 2}]
    page = open_page(address, reduced_motion="reduce")
    begin(page)
    write(page, "respirar")
    page.wait_for_selector("#typing:not([hidden])")
    assert page.is_visible("text=Uyariq está escribiendo")
    assert page.evaluate("getComputedStyle(document.querySelector('.dots')).display") == "none"
