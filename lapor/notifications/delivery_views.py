"""Pages about messages that leave: the own choice, the link that ends news, and the administrator's outbox."""

from typing import Any

from flask import current_app, flash, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from lapor.core import clock
from lapor.core.db import db, transaction
from lapor.core.errors import Invalid, NotFound
from lapor.core.jobs import enqueue
from lapor.notifications import jobs, messages, reaching
from lapor.notifications.digests import mail_server
from lapor.notifications.forms import ChannelForm, ReachForm
from lapor.notifications.labels import DELIVERY, DELIVERY_TONE, WAY
from lapor.notifications.models import DeliveryState
from lapor.notifications.rules import SCHEMES
from lapor.notifications.views import ALL, bp
from lapor.policy import Permission
from lapor.web import paging
from lapor.web.forms import add_refusal
from lapor.web.guards import current_actor, public, requires
from lapor.web.htmx import redirect_to

__all__ = ["bp"]


@bp.route("/profil/pemberitahuan", methods=["GET", "POST"])
@requires(Permission.PROFILE_EDIT)
def reach() -> Any:
    """When and how the person is told besides the bell."""
    actor = current_actor()
    held = reaching.reach_of(db.session(), actor.person_id)
    form = ReachForm(
        hour=held.hour.strftime("%H:%M") if held and held.hour else "",
        email=held.email if held else "",
        handle=held.handle if held else "",
        news=held.news if held else True,
    )
    form.offer_hours()
    handle = held.handle if held else None
    has_channel = reaching.channel_name(db.session()) is not None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                reaching.set_reach(
                    session,
                    hour=form.chosen_hour,
                    email=form.email.data or None,
                    handle=(form.handle.data or None) if has_channel else handle,
                    news=form.news.data,
                    actor=actor,
                    now=clock.now(),
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Pilihan pemberitahuan disimpan."), "good")
            return redirect_to(url_for("accounts.profile"))
    page = render_template(
        "notifications/reach.html",
        form=form,
        channel_name=reaching.channel_name(db.session()),
        has_mail=mail_server() is not None,
        refused=reaching.did_not_arrive(db.session(), actor.person_id),
    )
    return page, 422 if form.is_submitted() else 200


def _person_of(token: str) -> int:
    person_id = messages.person_of_token(str(current_app.config["SECRET_KEY"]), token)
    if person_id is None:
        raise NotFound(_("Tautan ini tidak dikenal. Atur pemberitahuan lewat profil sesudah masuk."))
    return person_id


@bp.get("/berhenti/<token>")
@public
def ask_end_news(token: str) -> str:
    """Ask before anything ends: scanners open every link of a message."""
    _person_of(token)
    return render_template("notifications/end_news.html", token=token, is_done=False)


@bp.post("/berhenti/<token>")
@public
def end_news(token: str) -> str:
    """End the news of whoever the link was written for; mail programs do this with one press (RFC 8058)."""
    person_id = _person_of(token)
    with transaction() as session:
        reaching.end_news(session, person_id, now=clock.now())
    return render_template("notifications/end_news.html", token=token, is_done=True)


def _without_form_token(state: BlueprintSetupState) -> None:
    # a mail program posts here without having seen a page; the signed link is what it shows
    state.app.extensions["csrf"].exempt(end_news)


bp.record_once(_without_form_token)


@bp.get("/pengiriman")
@requires(Permission.OPERATIONS_VIEW)
def list_deliveries() -> str:
    """Messages that failed, were given up or are uncertain; or all."""
    session, number = db.session(), paging.page_number()
    shows_all = request.args.get("tampil") == ALL
    rows = reaching.list_deliveries(
        session, all_of_them=shows_all, limit=paging.PAGE_SIZE + 1, offset=(number - 1) * paging.PAGE_SIZE
    )
    total, to_look_at = reaching.count_deliveries(session, limit=paging.COUNT_LIMIT + 1)
    server = mail_server()
    return render_template(
        "notifications/deliveries.html",
        page=paging.page_of(rows, number, total if shows_all else to_look_at),
        shows_all=shows_all,
        to_look_at=to_look_at,
        server=f"{server.host}:{server.port}" if server else None,
        channel=reaching.channel_in_use(session),
        DELIVERY=DELIVERY,
        DELIVERY_TONE=DELIVERY_TONE,
        WAY=WAY,
        may_retry=[state.value for state in reaching.TO_LOOK_AT],
        uncertain=DeliveryState.UNCERTAIN,
    )


@bp.post("/pengiriman/<int:delivery_id>/ulang")
@requires(Permission.OPERATIONS_VIEW)
def retry_delivery(delivery_id: int) -> Any:
    """Let a message go out anew; the worker sends it, in working hours."""
    now = clock.now()
    with transaction() as session:
        reaching.let_out_again(session, delivery_id, actor=current_actor(), now=now)
        enqueue(session, jobs.DELIVER, key=f"deliver:{delivery_id}:{now.isoformat()}")
    flash(_("Pesan dikirim lagi pada jam kerja."), "good")
    return redirect_to(url_for("notifications.list_deliveries"))


@bp.post("/pengiriman/<int:delivery_id>/sampai")
@requires(Permission.OPERATIONS_VIEW)
def confirm_delivery(delivery_id: int) -> Any:
    """Note that an uncertain message did arrive."""
    with transaction() as session:
        reaching.confirm_arrived(session, delivery_id, actor=current_actor(), now=clock.now())
    flash(_("Pesan dicatat sudah sampai."), "good")
    return redirect_to(url_for("notifications.list_deliveries"))


@bp.route("/pengiriman/saluran", methods=["GET", "POST"])
@requires(Permission.SETTINGS_EDIT)
def set_channel() -> Any:
    """Switch a further channel on; its address is never shown."""
    form = ChannelForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                reaching.set_channel(
                    session, name=form.name.data, url=form.url.data, actor=current_actor(), now=clock.now()
                )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            flash(_("Saluran dipasang. Setiap orang mengisi nomor atau ID sendiri di profilnya."), "good")
            return redirect_to(url_for("notifications.list_deliveries"))
    form.url.data = None
    channel = reaching.channel_in_use(db.session())
    page = render_template("notifications/channel.html", form=form, channel=channel, schemes=sorted(SCHEMES))
    return page, 422 if form.is_submitted() else 200


@bp.post("/pengiriman/saluran/lepas")
@requires(Permission.SETTINGS_EDIT)
def remove_channel() -> Any:
    """Switch the further channel off."""
    with transaction() as session:
        reaching.remove_channel(session, actor=current_actor(), now=clock.now())
    flash(_("Saluran dilepas dan alamatnya dihapus."), "good")
    return redirect_to(url_for("notifications.list_deliveries"))
