"""Refusals: what the rules forbid, each with a sentence for the person who tried."""


class Refusal(Exception):
    """A request that is refused. ``sentence`` is Indonesian and complete; ``field`` names a form field."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Invalid(Refusal):
    """The input cannot be accepted; the form is shown again with the sentence."""


class NotAllowed(Refusal):
    """The person may not do this."""

    status = 403


class NotFound(Refusal):
    """There is no such thing for this person: it does not exist or is out of scope."""

    status = 404


class Conflict(Refusal):
    """The state has changed meanwhile, or the move is not possible in it."""

    status = 409
