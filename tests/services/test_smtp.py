"""Handing a message to a real server: what is certainly not sent, and what nobody can know."""

import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from lapor.core.smtp import NotSentError, Server, UnclearError, hand_over
from tests import mail_server
from tests.mail_server import MailServer


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server.running() as server:
        yield server


def message() -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "Lapor: 1 hal untuk Anda"
    made.set_content("Yth. Bapak/Ibu Sérang,\n.\n. titik di awal baris\n")
    return made


def send(mail: MailServer, **values: str) -> None:
    given = {"tls": "", "sender": "lapor@contoh.go.id", **values}
    hand_over(Server("127.0.0.1", mail.port, **given), message(), "admin@contoh.go.id")


def test_a_taken_message_arrives_whole(mail: MailServer) -> None:
    send(mail)
    (arrived,) = mail.messages
    assert arrived.get_content().replace("\r\n", "\n") == message().get_content()


def test_without_encryption_where_it_is_demanded_nothing_is_said(mail: MailServer) -> None:
    with pytest.raises(NotSentError) as refused:
        send(mail, tls="starttls", user="kantor", password="rahasia")
    assert refused.value.unreachable
    assert not refused.value.permanent
    assert "rahasia" not in refused.value.sentence
    assert mail.messages == []


@pytest.mark.parametrize(("answer", "permanent"), [("451 later", False), ("554 never", True)])
def test_a_refusal_of_the_content_is_certain(mail: MailServer, answer: str, permanent: bool) -> None:
    mail.answer = answer
    with pytest.raises(NotSentError) as refused:
        send(mail)
    assert refused.value.permanent is permanent
    assert answer in refused.value.sentence


def test_a_line_that_breaks_before_the_answer_leaves_it_open(mail: MailServer) -> None:
    mail.hangs_up_after_content = True
    with pytest.raises(UnclearError):
        send(mail)


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(NotSentError) as refused:
        hand_over(Server("127.0.0.1", port, "", "lapor@contoh.go.id"), message(), "admin@contoh.go.id")
    assert refused.value.unreachable
