"""Notices leave by a real SMTP conversation and by the Telegram client; what is set up by half is refused."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.emulators.telegram_server import TOKEN, telegram_server
from uyariq.errors import UsageError
from uyariq.notifiers import Mail, MailSettings, TelegramNotes, read_notifiers

ANA = "ana@programa.example"
LINK = "https://lista.programa.example"


class MailServer(socketserver.ThreadingTCPServer):
    """As much of RFC 5321 as a client asks for: one letter after the other, kept as they came."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.letters: list[tuple[str, list[str], EmailMessage]] = []
        self.refuses = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        sender, to = "", list[str]()
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb.startswith("MAIL FROM:"):
                sender, to = line.split("<")[1].split(">")[0], []
                self._say("250 ok")
            elif verb.startswith("RCPT TO:") and self.server.refuses:
                self._say("550 no such box")
            elif verb.startswith("RCPT TO:"):
                to.append(line.split("<")[1].split(">")[0])
                self._say("250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                self.server.letters.append((sender, to, self._letter()))
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server of our own, on a free port."""
    server = MailServer()
    yield server
    server.shutdown()
    server.server_close()


def mail(server: MailServer, **changes: str) -> Mail:
    """The way to that server."""
    return Mail(MailSettings("127.0.0.1", server.port, "avisos@programa.example", "none", **changes), LINK)


def test_a_notice_arrives_as_a_letter_with_its_words_and_the_address_of_the_list(mail_server: MailServer) -> None:
    """In Spanish, with its accents; marked so that holiday answers leave it alone."""
    mail(mail_server).send(ANA, "Uyariq: aviso", "Un caso está por vencer.")
    (sender, to, letter), *more = mail_server.letters
    assert (sender, to, more) == ("avisos@programa.example", [ANA], [])
    assert letter["Subject"] == "Uyariq: aviso"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().splitlines() == ["Un caso está por vencer.", LINK]


def test_a_letter_that_the_server_refuses_is_an_error(mail_server: MailServer) -> None:
    """So that it is tried again and shows on the board."""
    mail_server.refuses = True
    with pytest.raises(OSError, match="550"):
        mail(mail_server).send(ANA, "Uyariq", "Un caso venció.")
    assert mail_server.letters == []


def test_without_encryption_where_it_is_asked_for_nothing_is_sent(mail_server: MailServer) -> None:
    """A server that offers no STARTTLS does not get the password in the clear."""
    settings = MailSettings("127.0.0.1", mail_server.port, "avisos@programa.example", "starttls", "avisos", "secreto")
    with pytest.raises(OSError, match=r"."):
        Mail(settings).send(ANA, "Uyariq", "Un caso venció.")
    assert mail_server.letters == []


def test_a_notice_arrives_in_the_telegram_chat_of_who_is_on_call() -> None:
    """Through the same client as the bot's; twice, as each notice opens its own connection."""
    with telegram_server() as server:
        way = TelegramNotes(TOKEN, server.address, LINK)
        way.send("5566", "Uyariq: aviso", "Un caso está por vencer.")
        way.send("5566", "Uyariq: aviso", "Un caso de riesgo alto venció.")
        assert [message["text"] for message in server.messages(5566)] == [
            f"Un caso está por vencer.\n{LINK}",
            f"Un caso de riesgo alto venció.\n{LINK}",
        ]


def test_a_chat_that_blocked_the_bot_is_an_error() -> None:
    """The board says that notices do not arrive."""
    from telegram.error import TelegramError

    with telegram_server() as server:
        server.block(5566)
        with pytest.raises(TelegramError):
            TelegramNotes(TOKEN, server.address).send("5566", "Uyariq", "Un caso venció.")


@pytest.mark.parametrize(
    ("environment", "ways"),
    [
        ({}, set()),
        ({"UYARIQ_SMTP_HOST": "mail.example", "UYARIQ_SMTP_FROM": "a@b.example"}, {"email"}),
        ({"TELEGRAM_TOKEN": "123456:abc"}, {"telegram"}),
        ({"UYARIQ_NOTICE_TELEGRAM_TOKEN": "123456:abc"}, {"telegram"}),
    ],
)
def test_the_ways_are_those_that_are_set_up(environment: dict[str, str], ways: set[str]) -> None:
    """None by default: then the console alone tells."""
    assert set(read_notifiers(environment)) == ways


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"UYARIQ_SMTP_HOST": "mail.example"}, "UYARIQ_SMTP_FROM"),
        ({"UYARIQ_SMTP_FROM": "a@b.example"}, "UYARIQ_SMTP_HOST"),
        ({"UYARIQ_SMTP_HOST": "m", "UYARIQ_SMTP_FROM": "a@b", "UYARIQ_SMTP_SECURITY": "ssl"}, "UYARIQ_SMTP_SECURITY"),
        ({"UYARIQ_SMTP_HOST": "m", "UYARIQ_SMTP_FROM": "a@b", "UYARIQ_SMTP_PORT": "x"}, "UYARIQ_SMTP_PORT"),
        ({"UYARIQ_NOTICE_TELEGRAM_TOKEN": "abc"}, "UYARIQ_NOTICE_TELEGRAM_TOKEN"),
    ],
)
def test_what_is_set_up_by_half_is_refused_with_its_name(environment: dict[str, str], named: str) -> None:
    """At the start, not at the first crisis."""
    with pytest.raises(UsageError, match=named):
        read_notifiers(environment)


def test_no_secret_is_in_the_settings_words() -> None:
    """They may end up in a log."""
    assert "secreto" not in repr(MailSettings("m", 25, "a@b", "none", "u", "secreto"))
