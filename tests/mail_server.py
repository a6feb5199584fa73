"""A real SMTP server for tests: it takes messages over a socket, and can refuse or hang up as servers do."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MailServer:
    """What came in, and how the server behaves: ``answer`` is what it says to the content of a message."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answer = "250 OK"
        self.recipient_answer = "250 OK"
        self.hangs_up_after_content = False
        self.port = 0

    @property
    def url(self) -> str:
        """What LAPOR_SMTP_URL says for this server."""
        return f"smtp://127.0.0.1:{self.port}?from=lapor@contoh.go.id"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """One recipient."""
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        """The content of a message."""
        if self.answer.startswith("250"):
            self.messages.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=default))
        if self.hangs_up_after_content:
            server.transport.abort()
        return self.answer


class _OnFreePort(Controller):
    """Asks the system for a free port, then tells the controller which one it got."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running() -> Iterator[MailServer]:
    """A server on a free port of this machine."""
    made = MailServer()
    controller = _OnFreePort(made, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        made.port = controller.port
        yield made
    finally:
        controller.stop()
