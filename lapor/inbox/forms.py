"""Forms of the head's desk."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import (
    HiddenField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from lapor.accounts.confirming import ConfirmFields
from lapor.inbox.drafting import LONGEST_CHOSEN, MOST_CHOSEN, Begun
from lapor.web.forms import ChecklistField, LaporForm

# office.md 1.8: what arrives at an agency and is not the province's
RETURN_REASONS = (
    _("Kewenangan kabupaten atau kota."),
    _("Kewenangan instansi pusat di daerah."),
    _("Kewenangan OPD lain di provinsi."),
    _("Bukan urusan pemerintah."),
)


class AcknowledgeForm(ConfirmFields, LaporForm):
    """The head states that he knows; instruction and passing on are optional."""

    digest = HiddenField()
    ready = ChecklistField(_("Arahan Bapak/Ibu"), validators=[Optional()], coerce=str)
    instruction = TextAreaField(_("Arahan lain"), validators=[Optional(), Length(max=1500)])
    pass_to = ChecklistField(_("Diteruskan kepada"), validators=[Optional()], coerce=int)
    pass_label = StringField(_("Penerima lain (UPT, bidang, sekolah)"), validators=[Optional(), Length(max=200)])

    def prepare(self, chips: Sequence[str], posts: list[tuple[int, str]], begun: Begun | None) -> "AcknowledgeForm":
        """Put in the ready instructions, the posts of the agency, and on a first look what was begun earlier.

        What was chosen while the agency changed its ready instructions stays on offer: the words are the value.
        """
        self.pass_to.choices = posts
        if begun is not None and not self.is_submitted():
            self.ready.data = list(begun.chosen)
            self.instruction.data = begun.words
            self.pass_to.data = [key for key in begun.pass_to if key in dict(posts)]
            self.pass_label.data = begun.pass_label
        chosen = [words[:LONGEST_CHOSEN] for words in self.ready.data or []][:MOST_CHOSEN]
        self.ready.choices = [(words, words) for words in dict.fromkeys([*chips, *chosen])]
        return self

    def words(self) -> str:
        """The chosen ready instructions, in their order, and the free line as one text."""
        chosen = [words for words, _label in self.ready.choices if words in (self.ready.data or [])]
        return " ".join([*chosen, (self.instruction.data or "").strip()]).strip()

    def begun(self) -> Begun:
        """What stands in the form, to be kept as a draft."""
        return Begun(
            chosen=tuple(self.ready.data or ()),
            words=self.instruction.data or "",
            pass_to=tuple(self.pass_to.data or ()),
            pass_label=self.pass_label.data or "",
        )


NO_RETURN = "batal"
"""The choice among the reasons for a return that takes a choice back."""


class CardForm(AcknowledgeForm):
    """The head's own card: he states that he knows, or gives it back with one of the reasons (or one of his own)."""

    reason = RadioField(_("Alasan"), validators=[Length(max=1000)], validate_choice=False)
    other_reason = TextAreaField(_("Alasan lain, atau instansi yang berwenang"), [Optional(), Length(max=500)])

    def offer_reasons(self, proposal: str | None) -> "CardForm":
        """Put in the reasons: first what the admin has proposed, last the way out."""
        given = [(str(words), str(words)) for words in RETURN_REASONS]
        proposed = [(proposal, str(_("Sesuai usul admin")))] if proposal else []
        self.reason.choices = [*proposed, *given, (NO_RETURN, str(_("Tidak jadi")))]
        return self

    def return_reason(self) -> str:
        """Why he gives it back, in one text; empty when nothing is chosen, or no more."""
        if self.reason.data == NO_RETURN:
            return ""
        return " ".join(part for part in (self.reason.data or "", (self.other_reason.data or "").strip()) if part)


class OldListForm(ConfirmFields, LaporForm):
    """Old complaints, each ticked by itself after reading: values are keys of orders."""

    read = ChecklistField(
        _("Sudah saya baca"), validators=[DataRequired(_("Beri tanda pada aduan yang sudah dibaca."))]
    )


class InstructionsForm(LaporForm):
    """The ready instructions of an agency, one a line."""

    lines = TextAreaField(
        _("Arahan siap pakai"),
        description=_("Satu arahan satu baris; urutan baris menjadi urutan tombol."),
        validators=[Optional(), Length(max=2000)],
    )


class SupersedeForm(ConfirmFields, LaporForm):
    """A wrong statement is replaced by a new one; both stay."""

    digest = HiddenField()
    replaces = HiddenField()
    instruction = TextAreaField(_("Arahan yang benar"), validators=[Optional(), Length(max=1500)])
    pass_to = ChecklistField(_("Diteruskan kepada"), validators=[Optional()], coerce=int)
    pass_label = StringField(_("Penerima lain (UPT, bidang, sekolah)"), validators=[Optional(), Length(max=200)])
    reason = TextAreaField(_("Mengapa diperbaiki?"), validators=[DataRequired(), Length(max=500)])


class ReturnForm(ConfirmFields, LaporForm):
    """Not this agency's authority: proposed by the operator, decided by the head."""

    digest = HiddenField()
    reason = TextAreaField(
        _("Mengapa bukan kewenangan kami?"),
        description=_("Sebutkan instansi yang menurut Anda berwenang."),
        validators=[DataRequired(), Length(max=1000)],
    )
