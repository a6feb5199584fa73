"""Signing in, passwords and accounts through their services."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.accounts import passwords, services, throttling
from lapor.accounts.models import Account, SignInSession
from lapor.accounts.queries import actor_of_token, list_accounts, list_open_sessions
from lapor.config import ConfigurationError
from lapor.core.clock import at_local, local_day
from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.journal.models import JournalEntry
from lapor.offices.queries import list_post_lines
from lapor.policy import Role
from tests.factories import MORNING, PASSWORD, Make, Member

NOW = MORNING
HERE = "10.0.0.1"


def attempt(session: Session, login: str, *, address: str = HERE, now: datetime = NOW) -> throttling.Attempt:
    return throttling.begin_attempt(session, login=login, address=address, now=now)


def open_session(session: Session, member: Member, now: datetime = NOW) -> str:
    return services.open_session(session, member.account, address=HERE, device="Chrome, Android", now=now)


def kinds(session: Session) -> list[str]:
    session.commit()
    return list(session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.seq)))


def test_a_session_is_a_row_and_the_cookie_holds_only_its_token(session: Session, make: Make) -> None:
    head = make.head(make.agency("bpbd"))
    token = open_session(session, head)
    row = session.scalars(sa.select(SignInSession)).one()
    assert token not in (row.token_hash, row.device)
    found = actor_of_token(session, token, NOW)
    assert found is not None
    actor, seen = found
    assert (actor.person_id, actor.session_id, actor.roles, seen) == (
        head.person.id,
        row.id,
        {Role.HEAD},
        NOW,
    )
    assert actor_of_token(session, token[:-1], NOW) is None
    assert kinds(session) == ["account.signed-in"]


def test_powers_are_those_of_the_day_of_the_request(session: Session, make: Make) -> None:
    today = local_day(NOW)
    head = make.head(make.agency(), ends_on=today)
    token = open_session(session, head)
    for now, count in ((NOW, 1), (NOW + timedelta(days=1), 0)):
        found = actor_of_token(session, token, now)
        assert found is not None
        assert len(found[0].powers) == count


def test_the_password_is_checked_and_unknown_logins_take_the_same_path(session: Session, make: Make) -> None:
    member = make.coordinator()
    check = services.account_with_password
    assert check(session, login=" Koordinator ", password=PASSWORD) is member.account
    assert check(session, login="koordinator", password="salah") is None
    assert check(session, login="tidak.ada", password=PASSWORD) is None
    assert not passwords.matches(None, "nobody has this account")


def test_five_failures_are_free_then_waits_grow(session: Session) -> None:
    now = NOW
    assert [attempt(session, "kepala.bpbd").remaining for _ in range(5)] == [4, 3, 2, 1, 0]
    waits = []
    for _ in range(9):
        blocked = attempt(session, "kepala.bpbd", now=now).blocked_until
        assert blocked is not None
        waits.append((blocked - now).total_seconds())
        now = blocked
        assert attempt(session, "kepala.bpbd", now=now).blocked_until is None
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]


def test_knocking_does_not_lengthen_a_wait_and_another_place_is_free(session: Session) -> None:
    for _ in range(5):
        attempt(session, "kepala.bpbd")
    blocked = {attempt(session, "kepala.bpbd").blocked_until for _ in range(20)}
    assert blocked == {NOW + timedelta(seconds=5)}
    assert attempt(session, "kepala.bpbd", address="10.0.0.2").blocked_until is None
    assert attempt(session, "operator.bpbd").blocked_until is None


def test_many_places_slow_one_login_and_many_logins_slow_one_place(session: Session) -> None:
    for number in range(20):
        assert attempt(session, "kepala.bpbd", address=f"10.0.1.{number}").blocked_until is None
    assert attempt(session, "kepala.bpbd", address="10.0.2.1").blocked_until is not None
    for number in range(50):
        assert attempt(session, f"tebak{number}").blocked_until is None
    assert attempt(session, "tebak.lagi").blocked_until is not None


def test_failures_are_forgotten_after_success_and_after_a_day(session: Session, make: Make) -> None:
    member = make.coordinator()
    for _ in range(4):
        attempt(session, member.login)
    open_session(session, member)
    assert attempt(session, member.login).remaining == 4
    assert attempt(session, member.login, now=NOW + timedelta(days=2)).remaining == 4


def test_a_closed_account_is_told_so_only_with_its_password(session: Session, make: Make) -> None:
    member, admin = make.coordinator(), make.administrator()
    token = open_session(session, member)
    actor = make.actor(admin)
    services.close_account(session, member.account, actor=actor, now=NOW)
    assert actor_of_token(session, token, NOW) is None
    with pytest.raises(Invalid, match="sudah ditutup"):
        open_session(session, member)
    with pytest.raises(Conflict):
        services.close_account(session, member.account, actor=actor, now=NOW)
    with pytest.raises(Conflict, match="Akun sendiri"):
        services.close_account(session, admin.account, actor=actor, now=NOW)
    one_time = passwords.one_time_password()
    services.reopen_account(session, member.account, one_time=one_time, actor=actor, now=NOW)
    assert member.account.must_change_password
    assert services.account_with_password(session, login=member.login, password=one_time.words)
    with pytest.raises(Conflict):
        services.reopen_account(session, member.account, one_time=one_time, actor=actor, now=NOW)
    assert kinds(session)[1:] == ["account.closed", "account.opened", "account.password-reset"]


def test_changing_the_password_ends_the_other_sessions(session: Session, make: Make) -> None:
    member = make.coordinator()
    here, there = open_session(session, member), open_session(session, member)
    found = actor_of_token(session, here, NOW)
    assert found is not None
    new = services.check_new_password(session, member.account, current=PASSWORD, password="kapal merah di teluk")
    services.change_password(session, member.account, new=new, actor=found[0], now=NOW)
    assert actor_of_token(session, here, NOW) is not None
    assert actor_of_token(session, there, NOW) is None
    assert services.account_with_password(session, login=member.login, password="kapal merah di teluk")
    with pytest.raises(Conflict, match="baru saja diganti"):
        services.change_password(session, member.account, new=new, actor=found[0], now=NOW)


@pytest.mark.parametrize(
    ("current", "password", "sentence", "field"),
    [
        ("salah", "kapal merah di teluk", "Kata sandi sekarang belum tepat.", "current"),
        (PASSWORD, PASSWORD, "Kata sandi baru harus berbeda", "password"),
        (PASSWORD, "pendek", "Kata sandi sedikitnya 10 huruf; yang diisi 6.", "password"),
        (PASSWORD, "bismillah123", "terlalu sering dipakai", "password"),
        (PASSWORD, "koordinator hebat", "tidak boleh memuat nama", "password"),
    ],
)
def test_new_passwords_that_are_refused(
    session: Session, make: Make, current: str, password: str, sentence: str, field: str
) -> None:
    member = make.coordinator()
    with pytest.raises(Invalid, match=sentence) as refusal:
        services.check_new_password(session, member.account, current=current, password=password)
    assert refusal.value.field == field


def test_a_reset_ends_all_sessions_and_asks_for_a_new_password(session: Session, make: Make) -> None:
    member = make.coordinator()
    token = open_session(session, member)
    one_time = passwords.one_time_password()
    services.reset_password(
        session, member.account, one_time=one_time, actor=make.actor(make.administrator()), now=NOW
    )
    assert actor_of_token(session, token, NOW) is None
    found = actor_of_token(session, open_session(session, member), NOW)
    assert found is not None
    assert found[0].must_change_password
    assert one_time.words not in str(kinds(session))


def test_own_sessions_are_ended_one_by_one(session: Session, make: Make) -> None:
    member, other = make.coordinator(), make.secretariat()
    token = open_session(session, member)
    open_session(session, other)
    found = actor_of_token(session, token, NOW)
    assert found is not None
    rows = list_open_sessions(session, other.account.id, NOW - timedelta(minutes=1))
    with pytest.raises(NotFound):
        services.end_session(session, rows[0].id, actor=found[0], now=NOW)
    assert found[0].session_id is not None
    services.end_session(session, found[0].session_id, actor=found[0], now=NOW)
    assert actor_of_token(session, token, NOW) is None


def test_accounts_are_made_for_people(session: Session, make: Make) -> None:
    admin = make.actor(make.administrator())
    person = make.person("Dewi Anggraeni")
    hashed = passwords.hash_password("x")

    def create(login: str, **values: object) -> Account:
        return services.create_account(
            session, person, login=login, password_hash=hashed, actor=admin, now=NOW, **values
        )

    with pytest.raises(Invalid, match="huruf kecil"):
        create("dewi anggraeni")
    with pytest.raises(Invalid, match="sudah dipakai"):
        create("ADMIN")
    assert create(" Dewi.A ").login == "dewi.a"
    with pytest.raises(Invalid, match="sudah memiliki akun"):
        create("dewi.b")
    with pytest.raises(Invalid, match="Kata sandi contoh"):
        services.create_account(session, make.person(), login="baru", password="lapor-demo", actor=admin, now=NOW)
    lines = list_accounts(session, "dewi", local_day(NOW), with_account=True, limit=10)
    assert [(line.login, line.posts) for line in lines] == [("dewi.a", ())]


def test_the_first_administrator_comes_with_the_organiser_and_its_posts(session: Session) -> None:
    def create(agency_name: str = "Dinas Kominfo") -> Account:
        return services.create_first_administrator(
            session,
            name="Gede Prasetya",
            login="admin",
            password="kapal merah di teluk",
            agency_name=agency_name,
            agency_abbreviation="Kominfo",
            now=NOW,
        )

    with pytest.raises(Invalid) as refusal:
        create(" ")
    assert refusal.value.field == "agency_name"
    session.rollback()
    account = create()
    lines = list_post_lines(session, local_day(NOW))
    assert [(line.kind, line.is_vacant) for line in lines] == [
        (Role.HEAD, True),
        (Role.COORDINATOR, True),
        (Role.SECRETARIAT, True),
        (Role.ADMINISTRATOR, False),
    ]
    assert not account.must_change_password
    with pytest.raises(Conflict, match="sudah dibuat"):
        create()


def test_an_agency_that_was_imported_before_becomes_the_organiser(session: Session, make: Make) -> None:
    imported = make.agency("kominfo", name="Dinas Kominfo")
    head = make.post(imported, Role.HEAD)
    services.create_first_administrator(
        session,
        name="Gede Prasetya",
        login="admin",
        password="kapal merah di teluk",
        agency_name="dinas  kominfo",
        agency_abbreviation="Kominfo",
        now=NOW,
    )
    assert imported.is_organiser
    lines = list_post_lines(session, local_day(NOW))
    assert [line.id for line in lines if line.kind is Role.HEAD] == [head.id]


def test_production_refuses_demo_accounts(session: Session, make: Make) -> None:
    services.refuse_demo_accounts(session, "production")
    account = make.account(make.person(), "kepala.bpbd", is_demo=True)
    services.refuse_demo_accounts(session, "demo")
    with pytest.raises(ConfigurationError, match=r"kepala\.bpbd"):
        services.refuse_demo_accounts(session, "production")
    account.is_active = False
    services.refuse_demo_accounts(session, "production")


def test_an_address_forgets_after_an_hour(session: Session) -> None:
    for number in range(50):
        attempt(session, f"tebak{number}")
    later = at_local(local_day(NOW), 11)
    assert attempt(session, "tebak.lagi", now=later).blocked_until is None
