"""Trusted devices, their PINs and passkeys, and the coordinator's codes, through their services."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts import access_codes, devices, passwords, services
from lapor.accounts.models import AccessCode, PasskeyChallenge, SignInSession, TrustedDevice
from lapor.accounts.passkeys import NewKey
from lapor.accounts.queries import actor_of_token
from lapor.accounts.rules import PIN_TRIES, Means
from lapor.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.policy import Actor, Role
from tests.factories import MORNING, Make, Member

NOW = MORNING
PIN = "408317"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def head(make: Make) -> Member:
    return make.head(make.agency("bpbd"))


def signed_in(session: Session, member: Member, now: datetime = NOW, **by: int | Means) -> Actor:
    token = services.open_session(
        session, member.account, address="10.0.0.1", device="Chrome, Android", now=now, **by
    )
    found = actor_of_token(session, token, now)
    assert found is not None
    return found[0]


def trusted(session: Session, member: Member, now: datetime = NOW, pin: str = PIN) -> tuple[TrustedDevice, str]:
    actor = signed_in(session, member, now)
    device, token = devices.trust_device(session, member.account, token="", label="HP Samsung", actor=actor, now=now)
    devices.set_pin(session, member.account, device, pin_hash=passwords.hash_password(pin), actor=actor, now=now)
    return device, token


def wrong(session: Session, device: TrustedDevice, now: datetime) -> Invalid:
    devices.begin_pin(session, device, now)
    return devices.pin_was_wrong(session, device, actor=None, now=now)


def events(session: Session) -> list[tuple[str, dict[str, object]]]:
    session.commit()
    rows = session.execute(
        sa.select(JournalEntry.kind, JournalDetail.values)
        .join(JournalDetail, JournalDetail.seq == JournalEntry.seq)
        .order_by(JournalEntry.seq)
    )
    return [(kind, values) for kind, values in rows]


def kinds(session: Session) -> list[str]:
    return [kind for kind, _values in events(session)]


def test_a_device_is_trusted_for_ninety_days_and_the_cookie_holds_only_its_token(
    session: Session, head: Member
) -> None:
    device, token = trusted(session, head)
    assert token not in (device.token_hash, device.label)
    assert PIN not in str(device.pin_hash)
    assert devices.find_device(session, token, NOW + timedelta(days=89, hours=23)) is device
    assert devices.find_device(session, token, NOW + timedelta(days=90)) is None
    assert devices.find_device(session, token[:-1], NOW) is None
    assert kinds(session) == ["account.signed-in", "device.trusted", "device.pin-set"]


def test_trusting_again_keeps_row_and_pin(session: Session, head: Member) -> None:
    device, token = trusted(session, head)
    later = NOW + timedelta(days=100)
    actor = signed_in(session, head, later)
    again, same = devices.trust_device(session, head.account, token=token, label="HP baru", actor=actor, now=later)
    assert (again.id, same, again.has_means) == (device.id, token, True)
    assert devices.find_device(session, token, later) is again


@pytest.mark.parametrize("means", [Means.PIN, Means.PASSKEY])
def test_only_a_fresh_password_sets_up_a_device(session: Session, head: Member, means: Means) -> None:
    device, _token = trusted(session, head)
    by_pin = signed_in(session, head, means=means, device_id=device.id)
    stale = signed_in(session, head)
    for actor, now in ((by_pin, NOW), (stale, NOW + 16 * MINUTE)):
        assert not devices.may_set_up(session, actor, now)
        with pytest.raises(Invalid):
            devices.trust_device(session, head.account, token="", label="HP", actor=actor, now=now)
        with pytest.raises(Invalid):
            devices.set_pin(session, head.account, device, pin_hash="x", actor=actor, now=now)
        key = NewKey("id", "data", 0)
        with pytest.raises(Invalid):
            devices.set_passkey(session, head.account, device, key=key, actor=actor, now=now)


def test_nobody_touches_the_device_of_another(session: Session, head: Member, make: Make) -> None:
    device, token = trusted(session, head)
    stranger = make.head(make.agency("dinkes"))
    actor = signed_in(session, stranger)
    with pytest.raises(NotAllowed):
        devices.trust_device(session, head.account, token=token, label="x", actor=actor, now=NOW)
    with pytest.raises(NotFound):
        devices.set_pin(session, stranger.account, device, pin_hash="x", actor=actor, now=NOW)
    with pytest.raises(NotFound):
        devices.rename_device(session, device.id, label="Milik saya", actor=actor, now=NOW)
    with pytest.raises(NotFound):
        devices.revoke_device(session, stranger.account, device, reason="by-owner", actor=actor, now=NOW)
    own, fresh = devices.trust_device(session, stranger.account, token=token, label="HP", actor=actor, now=NOW)
    assert own.id != device.id
    assert fresh != token


def test_wrong_pins_slow_down_and_the_fifth_ends_the_pin(session: Session, head: Member) -> None:
    device, _token = trusted(session, head)
    now = NOW
    assert wrong(session, device, now).sentence == "PIN belum tepat. Tersisa 4 kesempatan."
    wrong(session, device, now)
    wrong(session, device, now)
    with pytest.raises(Invalid, match=r"dapat mencoba lagi pukul 09\.00\.05 WITA"):
        devices.begin_pin(session, device, now)
    now += timedelta(seconds=5)
    assert "Tersisa 1 kesempatan" in wrong(session, device, now).sentence
    with pytest.raises(Invalid, match="dapat mencoba lagi"):
        devices.begin_pin(session, device, now + timedelta(seconds=9))
    now += timedelta(seconds=10)
    refusal = wrong(session, device, now)
    assert (refusal.field, refusal.sentence) == (
        "confirm_password",
        "PIN sudah 5 kali salah dan tidak berlaku lagi. Pakai kata sandi.",
    )
    assert device.pin_hash is None
    with pytest.raises(Invalid, match="Pakai kata sandi"):
        devices.begin_pin(session, device, now + timedelta(days=2))
    assert kinds(session)[-1] == "device.pin-voided"


def test_attempts_at_once_count_as_many(session: Session, head: Member) -> None:
    """Each is counted before its PIN is looked at; nobody gets more than five looks."""
    device, _token = trusted(session, head)
    looks = 0
    for step in range(12):
        try:
            devices.begin_pin(session, device, NOW + timedelta(hours=step))
        except Invalid:
            continue
        looks += 1
    assert looks == PIN_TRIES


def test_a_right_pin_forgets_the_wrong_ones(session: Session, head: Member) -> None:
    device, _token = trusted(session, head)
    for _ in range(2):
        wrong(session, device, NOW)
    devices.begin_pin(session, device, NOW)
    devices.pin_was_right(session, device, NOW)
    assert device.pin_failures == 0
    assert "Tersisa 4" in wrong(session, device, NOW).sentence


def test_wrong_pins_of_all_devices_of_an_account_slow_down_together(session: Session, head: Member) -> None:
    for _ in range(5):
        device, _token = trusted(session, head)
        for _ in range(2):
            wrong(session, device, NOW)
    device, _token = trusted(session, head)
    with pytest.raises(Invalid, match="dapat mencoba lagi"):
        devices.begin_pin(session, device, NOW)


def test_revoking_ends_pin_and_the_sessions_opened_on_it(session: Session, head: Member, make: Make) -> None:
    device, token = trusted(session, head)
    on_it = signed_in(session, head, means=Means.PIN, device_id=device.id)
    administrator = make.actor(make.administrator())
    devices.revoke_device(session, head.account, device, reason="by-administrator", actor=administrator, now=NOW)
    assert devices.find_device(session, token, NOW) is None
    assert session.get_one(SignInSession, on_it.session_id).revoked_at == NOW
    with pytest.raises(Invalid):
        devices.begin_pin(session, device, NOW)
    with pytest.raises(NotFound):
        devices.revoke_device(session, head.account, device, reason="again", actor=administrator, now=NOW)
    last = events(session)[-1]
    assert (last[0], last[1]["reason"]) == ("device.revoked", "by-administrator")


def test_a_new_password_ends_all_other_devices(session: Session, head: Member) -> None:
    _other, other_token = trusted(session, head)
    own, own_token = trusted(session, head)
    actor = signed_in(session, head, means=Means.PIN, device_id=own.id)
    new = services.check_new_password(session, head.account, current="lapor-demo", password="kapal merah di teluk")
    services.change_password(session, head.account, new=new, actor=actor, now=NOW)
    assert devices.find_device(session, own_token, NOW) is own
    assert devices.find_device(session, other_token, NOW) is None


@pytest.mark.parametrize("step", ["reset", "close"])
def test_a_reset_or_closed_account_keeps_no_device(session: Session, head: Member, make: Make, step: str) -> None:
    _device, token = trusted(session, head)
    administrator = make.actor(make.administrator())
    if step == "reset":
        one_time = passwords.one_time_password()
        services.reset_password(session, head.account, one_time=one_time, actor=administrator, now=NOW)
    else:
        services.close_account(session, head.account, actor=administrator, now=NOW)
    assert devices.find_device(session, token, NOW) is None


def test_the_device_stays_when_the_post_ends_but_gives_no_power(session: Session, make: Make) -> None:
    head = make.head(make.agency("bpbd"), ends_on=NOW.date())
    device, token = trusted(session, head)
    tomorrow = NOW + timedelta(days=1)
    assert devices.find_device(session, token, tomorrow) is device
    assert signed_in(session, head, tomorrow, means=Means.PIN, device_id=device.id).powers == ()


# --- passkeys


def test_a_challenge_holds_once_and_for_its_purpose_only(session: Session, head: Member) -> None:
    device, _token = trusted(session, head)
    actor = signed_in(session, head)
    act = devices.Purpose(devices.ACT, device.id, actor.session_id, "/disposisi/1/ketahui:abc")
    others = [
        devices.Purpose(devices.SIGN_IN, device.id),
        devices.Purpose(devices.ACT, device.id, None, act.subject),
        devices.Purpose(devices.ACT, None, actor.session_id, act.subject),
        devices.Purpose(devices.ACT, device.id, actor.session_id, "/disposisi/2/ketahui:abc"),
        devices.Purpose(devices.ACT, device.id, actor.session_id, "/disposisi/1/kembalikan:abc"),
        devices.Purpose(devices.ACT, device.id, actor.session_id, "/disposisi/1/ketahui:abd"),
    ]
    for other in others:
        challenge = devices.begin_challenge(session, act, NOW)
        assert devices.take_challenge(session, challenge, other, NOW) is None
        assert devices.take_challenge(session, challenge, act, NOW) is None, "a wrong use uses it up"
    challenge = devices.begin_challenge(session, act, NOW)
    nonce = devices.take_challenge(session, challenge, act, NOW + 5 * MINUTE)
    assert nonce is not None
    assert devices.challenge_of(act, nonce) == challenge
    assert devices.take_challenge(session, challenge, act, NOW) is None, "replayed"
    late = devices.begin_challenge(session, act, NOW)
    assert devices.take_challenge(session, late, act, NOW + 5 * MINUTE + timedelta(seconds=1)) is None


def test_old_challenges_are_swept(session: Session, head: Member) -> None:
    purpose = devices.Purpose(devices.REGISTER, session_id=signed_in(session, head).session_id)
    devices.begin_challenge(session, purpose, NOW)
    devices.begin_challenge(session, purpose, NOW + 6 * MINUTE)
    assert session.scalar(sa.select(sa.func.count()).select_from(PasskeyChallenge)) == 1


def test_a_counter_that_stands_still_ends_the_passkey(session: Session, head: Member) -> None:
    device, _token = trusted(session, head)
    actor = signed_in(session, head)
    key = NewKey("id", "data", 3)
    devices.set_passkey(session, head.account, device, key=key, actor=actor, now=NOW)
    assert devices.passkey_was_used(session, device, count=4, actor=actor, now=NOW) is None
    refusal = devices.passkey_was_used(session, device, count=4, actor=actor, now=NOW)
    assert refusal is not None
    assert device.passkey_id is None
    assert kinds(session)[-2:] == ["device.passkey-set", "device.passkey-voided"]
    assert devices.passkey_was_used(session, device, count=9, actor=actor, now=NOW) is not None


# --- codes


@pytest.fixture
def coordinator(make: Make) -> Member:
    return make.coordinator(name="Rini Coordinatrix")


def issued(session: Session, head: Member, coordinator: Actor, now: datetime = NOW) -> str:
    one_time = passwords.one_time_code()
    access_codes.issue_code(session, head.account, one_time=one_time, actor=coordinator, now=now)
    assert session.scalar(sa.select(AccessCode.code_hash).order_by(AccessCode.id.desc()).limit(1)) == one_time.hash
    return one_time.words


def test_a_code_lets_in_once_and_names_two_persons(
    session: Session, head: Member, coordinator: Member, make: Make
) -> None:
    words = issued(session, head, make.actor(coordinator))
    code_id = access_codes.code_matches(session, head.account, f" {words} ", NOW + 14 * MINUTE)
    assert code_id is not None
    access_codes.use_code(session, head.account, code_id, device="Chrome, Android", now=NOW + 14 * MINUTE)
    with pytest.raises(Invalid):
        access_codes.use_code(session, head.account, code_id, device="", now=NOW + 14 * MINUTE)
    assert access_codes.code_matches(session, head.account, words, NOW + 14 * MINUTE) is None
    actor = signed_in(session, head, NOW + 14 * MINUTE, code_id=code_id)
    assert devices.came_by_code(session, actor, NOW + 28 * MINUTE)
    assert not devices.may_set_up(session, actor, NOW + 30 * MINUTE)
    given, used, begun = events(session)
    assert (given[0], given[1]["for_name"]) == ("account.code-issued", head.person.full_name)
    assert (used[0], used[1]["issued_by_name"]) == ("account.code-used", coordinator.person.full_name)
    assert begun[1]["means"] == "code"


def test_a_code_ends_after_fifteen_minutes_and_with_the_next_one(
    session: Session, head: Member, coordinator: Member, make: Make
) -> None:
    actor = make.actor(coordinator)
    first = issued(session, head, actor)
    assert access_codes.code_matches(session, head.account, first, NOW + 15 * MINUTE) is None
    second = issued(session, head, actor)
    assert access_codes.code_matches(session, head.account, first, NOW) is None
    assert access_codes.code_matches(session, head.account, second, NOW) is not None
    for nonsense in ("", "kata sandi", "1234", "١٢٣٤٥٦٧٨"):
        assert access_codes.code_matches(session, head.account, nonsense, NOW) is None
    assert access_codes.code_matches(session, None, second, NOW) is None


def test_codes_are_for_heads_and_by_somebody_else(session: Session, coordinator: Member, make: Make) -> None:
    actor = make.actor(coordinator)
    agency = make.agency("dlh")
    both = make.head(agency)
    make.assign(both.person, make.post(make.office(), Role.COORDINATOR, "Koordinator kedua"))
    for member in (make.operator(agency), make.administrator(), make.coordinator("koordinator2"), both):
        with pytest.raises(Conflict, match="hanya untuk kepala OPD"):
            issued(session, member, actor)
    with pytest.raises(Conflict, match="diri sendiri"):
        issued(session, both, make.actor(both))
    for role in (make.secretariat, make.administrator, make.leadership):
        member = role(f"x{role.__name__}")
        with pytest.raises(NotAllowed):
            issued(session, make.head(make.agency()), make.actor(member))


def test_a_code_replaces_the_password_that_is_lost(
    session: Session, head: Member, coordinator: Member, make: Make
) -> None:
    words = issued(session, head, make.actor(coordinator))
    code_id = access_codes.code_matches(session, head.account, words, NOW)
    assert code_id is not None
    actor = signed_in(session, head, code_id=code_id)
    new = services.check_new_password(session, head.account, current=None, password="kapal merah di teluk")
    by_password = signed_in(session, head)
    with pytest.raises(Invalid):
        services.change_password(session, head.account, new=new, actor=by_password, now=NOW)
    with pytest.raises(Invalid):
        services.change_password(session, head.account, new=new, actor=actor, now=NOW + 16 * MINUTE)
    services.change_password(session, head.account, new=new, actor=actor, now=NOW)
    assert not devices.came_by_code(session, actor, NOW)
    assert devices.may_set_up(session, actor, NOW)
