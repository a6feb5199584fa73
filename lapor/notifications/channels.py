"""Messages through the apprise library: imported only when a channel is set, and told nothing that it may log.

The address of a channel is a secret. The library writes addresses and answers of gateways into its log, so its log
is closed, and what comes back is only whether the gateway took the message.
"""

import importlib.util
import logging

from lapor.core.smtp import NotSentError, UnclearError
from lapor.notifications.rules import address_on, scheme_of


def is_installed() -> bool:
    """Whether the optional library is there (requirements-extra.txt)."""
    return importlib.util.find_spec("apprise") is not None


def is_understood(url: str) -> bool:
    """Whether the library can read the address of a channel; nothing is sent."""
    from apprise import Apprise

    _close_log()
    return bool(Apprise().add(address_on(url, "0811000000")))


def hand_over(url: str, handle: str, text: str) -> None:
    """Hand ``text`` to the channel for one person; returning means that the gateway took it.

    Raises NotSentError where the channel cannot be used at all and UnclearError where the gateway did not say yes:
    the library does not tell a refusal from an answer that never came, so the message may have arrived.
    """
    if not is_installed():
        raise NotSentError("Pustaka apprise belum dipasang.", unreachable=True)
    try:
        taken = _send(address_on(url, handle), text)
    except Exception as error:  # whatever a plugin raises may hold the address; only its kind is told
        raise UnclearError(type(error).__name__) from None
    if taken is None:
        raise NotSentError(f"Alamat saluran {scheme_of(url)} tidak dikenali.", permanent=True)
    if not taken:
        raise UnclearError


def _send(address: str, text: str) -> bool | None:
    """Whether the gateway said yes; None for an address that the library cannot read."""
    from apprise import Apprise

    _close_log()
    ways = Apprise()
    return bool(ways.notify(body=text)) if ways.add(address) else None


def _close_log() -> None:
    log = logging.getLogger("apprise")
    log.handlers = [logging.NullHandler()]
    log.propagate = False
    log.setLevel(logging.CRITICAL + 1)
