"""Forms of the Lembar Disposisi."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lapor.core.clock import at_local
from lapor.evidence.sheet import WISHES
from lapor.web.forms import ChecklistField, LaporForm


class SheetPhotoForm(LaporForm):
    """Photos or a scan of one signed sheet."""

    photos = MultipleFileField(
        _("Foto lembar"),
        description=_("Foto seluruh lembar dengan terang, tanda QR ikut terlihat. JPEG, PNG, atau PDF hasil pindai."),
        validators=[Optional()],
    )
    code = StringField(
        _("Kode di bawah tanda QR"),
        description=_("Hanya bila tanda QR tidak terbaca: ketik 26 huruf yang tercetak pada lembar."),
        validators=[Optional(), Length(max=200)],
    )


class SheetRecordForm(LaporForm):
    """What was written on the sheet."""

    written_on = DateField(_("Tanggal yang tertulis pada lembar"), validators=[DataRequired()])
    signer = RadioField(_("Ditandatangani oleh"), coerce=int, validators=[InputRequired()])
    wishes = ChecklistField(_("Yang dicentang: dengan hormat harap"), validators=[Optional()], coerce=int)
    instruction = TextAreaField(_("Catatan yang ditulis tangan"), validators=[Optional(), Length(max=1500)])
    pass_to = ChecklistField(_("Yang dicentang: diteruskan kepada"), validators=[Optional()], coerce=int)
    pass_label = StringField(_("Penerima lain yang ditulis tangan"), validators=[Optional(), Length(max=200)])
    phone_confirmed = BooleanField(_("Sudah dikonfirmasi melalui telepon kepada penanda tangan"))
    phone_name = StringField(_("Yang berbicara di telepon"), validators=[Optional(), Length(max=200)])
    phone_on = DateField(_("Tanggal telepon"), validators=[Optional()])
    phone_time = TimeField(_("Pukul (WITA)"), validators=[Optional()])

    def prepare(
        self, *, signers: list[tuple[int, str]], posts: list[tuple[int, str]], needs_call: bool
    ) -> "SheetRecordForm":
        """Put in who may have signed and the posts of the agency; leave the telephone out where it is not asked."""
        self.signer.choices = signers
        self.wishes.choices = list(enumerate(WISHES))
        self.pass_to.choices = posts
        if not needs_call:
            del self.phone_confirmed, self.phone_name, self.phone_on, self.phone_time
        if len(signers) == 1 and not self.is_submitted():
            self.signer.data = signers[0][0]
        return self

    def words(self) -> str:
        """The ticked wishes and the handwritten line as one text."""
        ticked = [f"{WISHES[index]}." for index in self.wishes.data or []]
        return " ".join([*ticked, self.instruction.data or ""]).strip()

    def called_at(self) -> datetime | None:
        """When the agency rang up, or None while the form does not say it."""
        if not self.phone_on.data or not self.phone_time.data:
            return None
        return at_local(self.phone_on.data, self.phone_time.data.hour, self.phone_time.data.minute)


class RefuseSheetForm(LaporForm):
    """Why the photo does not stand."""

    reason = TextAreaField(
        _("Alasan menolak"),
        description=_("OPD membacanya. Misalnya: tanda tangan tidak terlihat, mohon difoto ulang."),
        validators=[DataRequired(), Length(max=500)],
    )
