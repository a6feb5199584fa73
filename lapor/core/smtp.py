"""Handing one message to a mail server, with an honest answer: taken, not taken, or not known.

Only when the whole message has gone over the line and no answer came is the result unknown; everything before that
is certainly not sent and may be tried again.
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import parse_qs, unquote, urlsplit

SECONDS = 20
_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Server:
    """A mail server. ``tls`` is "smtps" from the first byte, "starttls" demanded before anything is said, or ""."""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


class NotSentError(Exception):
    """The message was certainly not taken. ``permanent``: the server will never take it, trying again is useless.

    ``unreachable``: the fault is the server's or the line's, so any other message would meet it as well.
    """

    def __init__(self, sentence: str, *, permanent: bool = False, unreachable: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent
        self.unreachable = unreachable


class UnclearError(Exception):
    """The message went over the line, but the server's answer did not come back."""


def read_server(url: str, default_sender: str) -> Server:
    """The server that ``smtp://user:password@host:587?from=lapor@example.go.id`` names.

    ``smtps://`` is encrypted from the start; ``smtp://`` demands STARTTLS, except to this very machine or with
    ``?tls=no`` and no password. Raises ValueError with an Indonesian sentence that does not repeat the address.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ValueError("LAPOR_SMTP_URL: nomor port belum benar.") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("LAPOR_SMTP_URL harus berbentuk smtp://pengguna:sandi@server:587 atau smtps://...")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if set(options) - {"from", "tls"} or options.get("tls", "no") != "no":
        raise ValueError("LAPOR_SMTP_URL: pilihan yang dikenal hanya from=... dan tls=no.")
    password = unquote(parts.password or "")
    plain = parts.hostname in _LOOPBACK or options.get("tls") == "no"
    if plain and password and parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
        raise ValueError("LAPOR_SMTP_URL: kata sandi tidak dikirim tanpa enkripsi. Hapus tls=no.")
    tls = "smtps" if parts.scheme == "smtps" else "" if plain else "starttls"
    return Server(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=tls,
        sender=options.get("from", default_sender),
        user=unquote(parts.username or ""),
        password=password,
    )


def hand_over(server: Server, message: EmailMessage, to: str) -> None:
    """Hand ``message`` to the server for the one address ``to``; returning means that the server took it.

    Raises NotSentError or UnclearError.
    """
    client = _connected(server)
    try:
        _envelope(client, server.sender, to)
        _content(client, message.as_bytes(policy=SMTP))
    finally:
        with suppress(smtplib.SMTPException, OSError):
            client.quit()
        client.close()


def _connected(server: Server) -> smtplib.SMTP:
    client: smtplib.SMTP | None = None
    # its own name is what the sender's address says: asking the network for one can take seconds
    own_name = server.sender.rpartition("@")[2] or "localhost"
    try:
        if server.tls == "smtps":
            context = ssl.create_default_context()
            client = smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=SECONDS, context=context)
        else:
            client = smtplib.SMTP(server.host, server.port, own_name, timeout=SECONDS)
        if server.tls == "starttls":
            client.starttls(context=ssl.create_default_context())
        if server.user:
            client.login(server.user, server.password)
        else:
            client.ehlo_or_helo_if_needed()
    except smtplib.SMTPAuthenticationError as error:
        _close(client)
        raise NotSentError(f"Server pos-el menolak kata sandi ({error.smtp_code}).", unreachable=True) from error
    except (smtplib.SMTPException, OSError) as error:
        _close(client)
        raise NotSentError(f"Server pos-el tidak terjangkau ({type(error).__name__}).", unreachable=True) from error
    return client


def _close(client: smtplib.SMTP | None) -> None:
    if client is not None:
        client.close()


def _envelope(client: smtplib.SMTP, sender: str, to: str) -> None:
    try:
        for code, answer in (client.mail(sender), client.rcpt(to)):
            if code not in {250, 251}:
                raise NotSentError(_refused(code, answer), permanent=code >= 500)
    except (smtplib.SMTPException, OSError) as error:
        raise NotSentError(
            f"Sambungan ke server pos-el terputus ({type(error).__name__}).", unreachable=True
        ) from error


def _content(client: smtplib.SMTP, content: bytes) -> None:
    try:
        code, answer = client.data(content)
    except smtplib.SMTPDataError as error:  # the server did not even want to hear it
        raise NotSentError(_refused(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise UnclearError from error
    if code != 250:
        raise NotSentError(_refused(code, answer), permanent=code >= 500)


def _refused(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"Server pos-el menolak: {code} {' '.join(text.split())[:200]}"
