"""People, posts, assignments and absences through their services."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lapor.core.clock import at_local
from lapor.core.db import db, transaction
from lapor.core.errors import Conflict, Invalid, NotAllowed
from lapor.journal.models import JournalEntry
from lapor.offices import services
from lapor.offices.models import Assignment, Capacity, Person, PersonKind, Post
from lapor.offices.queries import head_of, heads_of, list_post_lines, load_actor, terms_of_post
from lapor.offices.rules import holder_of_the_day
from lapor.offices.services import PersonDetails
from lapor.policy import Actor, Permission, Role, allows
from tests.factories import Make

TODAY = date(2022, 6, 10)
NOW = at_local(TODAY, 10)


@pytest.fixture
def secretary(make: Make) -> Actor:
    return make.actor(make.secretariat(), NOW)


def kinds(session: Session) -> list[str]:
    session.commit()
    return list(session.scalars(sa.select(JournalEntry.kind).order_by(JournalEntry.seq)))


def test_a_person_is_entered_with_a_checked_number(session: Session, secretary: Actor) -> None:
    person = services.create_person(
        session,
        name="  Datuma   Palewang ",
        details=PersonDetails(
            kind=PersonKind.PNS, nip="19650705 199203 1 008", front_title="Drs.", back_title=", M.Si."
        ),
        actor=secretary,
        now=NOW,
    )
    assert (person.full_name, person.nip) == ("Drs. Datuma Palewang, M.Si.", "196507051992031008")
    assert kinds(session) == ["person.created"]


@pytest.mark.parametrize(
    ("kind", "nip", "sentence"),
    [
        (
            PersonKind.PNS,
            "19650705199203100",
            'NIP harus 18 angka; yang diisi baru 17. Untuk pegawai non-ASN pilih "Tanpa NIP".',
        ),
        (PersonKind.PPPK, "", 'NIP harus 18 angka; yang diisi baru 0. Untuk pegawai non-ASN pilih "Tanpa NIP".'),
        (PersonKind.PNS, "1965070519920310081", "NIP harus 18 angka; yang diisi 19. Periksa kembali."),
        (PersonKind.PNS, "196507051992211008", "Angka ke-13 dan ke-14 NIP seorang PNS"),
        (PersonKind.NON_ASN, "196507051992031008", "Pegawai non-ASN tidak memiliki NIP."),
    ],
)
def test_numbers_that_do_not_fit(
    session: Session, secretary: Actor, kind: PersonKind, nip: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_person(
            session, name="Iksan Lamato", details=PersonDetails(kind=kind, nip=nip), actor=secretary, now=NOW
        )
    assert refusal.value.sentence.startswith(sentence)
    assert refusal.value.field == "nip"


def test_a_number_belongs_to_one_person(session: Session, make: Make, secretary: Actor) -> None:
    known = make.person("Asmawati Ntosu")
    with pytest.raises(Invalid, match="sudah tercatat atas nama Asmawati Ntosu"):
        services.create_person(
            session,
            name="Orang Lain",
            details=PersonDetails(kind=PersonKind.PNS, nip=known.nip or ""),
            actor=secretary,
            now=NOW,
        )


def test_changing_a_person_tells_which_fields_and_refuses_an_old_version(
    session: Session, make: Make, secretary: Actor
) -> None:
    person = make.person("Elvira Manoppa")
    details = PersonDetails(kind=PersonKind.PNS, nip=person.nip or "", rank="Pembina", grade="IV/a")
    version = person.version
    services.change_person(
        session, person, name=person.name, details=details, version=version, actor=secretary, now=NOW
    )
    assert (person.rank, person.grade) == ("Pembina", "IV/a")
    services.change_person(
        session, person, name=person.name, details=details, version=person.version, actor=secretary, now=NOW
    )
    assert kinds(session) == ["person.changed"]
    with pytest.raises(Conflict):
        services.change_person(
            session, person, name="Lain", details=details, version=version, actor=secretary, now=NOW
        )


def give(
    session: Session,
    person: Person,
    post: Post,
    actor: Actor | None,
    *,
    capacity: Capacity = Capacity.DEFINITIVE,
    starts_on: date = TODAY,
    ends_on: date | None = None,
    order_number: str | None = "800/1/BKD/2022",
    order_pending: bool = False,
    is_seed: bool = False,
) -> Assignment:
    return services.assign(
        session,
        person=person,
        post=post,
        capacity=capacity,
        starts_on=starts_on,
        ends_on=ends_on,
        order_number=order_number,
        order_pending=order_pending,
        actor=actor,
        now=NOW,
        is_seed=is_seed,
    )


def test_a_post_is_given_and_the_journal_says_so(session: Session, make: Make, secretary: Actor) -> None:
    agency = make.agency("bpbd")
    post = services.create_post(
        session, agency, kind=Role.HEAD, title="Kepala Pelaksana BPBD", actor=secretary, now=NOW
    )
    person = make.person("Datuma Palewang")
    give(session, person, post, secretary)
    head = head_of(session, agency.id, TODAY)
    assert head is not None
    assert (head.person_name, head.post_words) == ("Datuma Palewang", "Kepala Pelaksana BPBD")
    assert kinds(session) == ["post.created", "assignment.made"]


def test_an_agency_has_one_head(session: Session, make: Make, secretary: Actor) -> None:
    agency = make.agency()
    make.post(agency, Role.HEAD, "Kepala Dinas")
    with pytest.raises(Invalid, match="sudah memiliki jabatan kepala: Kepala Dinas"):
        services.create_post(session, agency, kind=Role.HEAD, title="Kepala Lain", actor=secretary, now=NOW)


def test_power_is_never_backdated(session: Session, make: Make, secretary: Actor) -> None:
    post, person = make.post(make.agency(), Role.HEAD), make.person()
    yesterday = TODAY - timedelta(days=1)
    for capacity in Capacity:
        with pytest.raises(Invalid, match="tidak berlaku surut") as refusal:
            give(session, person, post, secretary, capacity=capacity, starts_on=yesterday, ends_on=TODAY)
        assert refusal.value.field == "starts_on"
    assert give(session, person, post, None, starts_on=yesterday, order_number=None, is_seed=True).id


def test_the_order_may_follow_within_five_working_days(session: Session, make: Make, secretary: Actor) -> None:
    post, person = make.post(make.agency(), Role.HEAD), make.person()
    with pytest.raises(Invalid, match="Nomor menyusul"):
        give(session, person, post, secretary, order_number=" ")
    made = give(session, person, post, secretary, order_number=None, order_pending=True)
    assert made.order_due_on == date(2022, 6, 17)  # Friday 10 June: the fifth working day after it
    services.supply_order(session, made, order_number="800/198/BKD/2022", order_date=TODAY, actor=secretary, now=NOW)
    assert (made.order_number, made.order_due_on) == ("800/198/BKD/2022", None)


def test_days_in_order_and_an_end_for_a_plh(session: Session, make: Make, secretary: Actor) -> None:
    post, person = make.post(make.agency(), Role.HEAD), make.person()
    with pytest.raises(Invalid, match="Tanggal selesai mendahului tanggal mulai"):
        give(session, person, post, secretary, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(Invalid, match="Isi tanggal selesainya"):
        give(session, person, post, secretary, capacity=Capacity.PLH)


def test_an_overlap_is_refused_in_the_words_of_the_office(session: Session, make: Make, secretary: Actor) -> None:
    post = make.post(make.agency(), Role.HEAD)
    make.assign(make.person("Ratna Djuwita"), post)
    july = {"starts_on": date(2022, 7, 4), "ends_on": date(2022, 7, 8)}
    with pytest.raises(Invalid) as refusal:
        give(session, make.person(), post, secretary, capacity=Capacity.PLT, **july)
    assert refusal.value.sentence == (
        "Pada 4 s.d. 8 Juli 2022 jabatan ini sudah dipegang Ratna Djuwita (definitif). "
        "Pilih Plh. bila beliau berhalangan."
    )
    give(session, make.person("Lukman"), post, secretary, capacity=Capacity.PLH, **july)
    with pytest.raises(Invalid, match="sudah dipegang Lukman"):
        give(session, make.person(), post, secretary, capacity=Capacity.PLH, **july)


def test_seats_are_counted(session: Session, make: Make, secretary: Actor) -> None:
    post = make.post(make.agency(), Role.OPERATOR, seats=2)
    one = make.person()
    give(session, one, post, secretary)
    with pytest.raises(Invalid, match="sudah memegang jabatan ini"):
        give(session, one, post, secretary)
    give(session, make.person(), post, secretary)
    with pytest.raises(Invalid, match=r"terisi penuh \(2 orang\)"):
        give(session, make.person(), post, secretary)
    with pytest.raises(Invalid, match="lebih banyak"):
        services.change_post(session, post, title=post.title, seats=1, actor=secretary, now=NOW)
    services.change_post(session, post, title="Admin OPD", seats=3, actor=secretary, now=NOW)
    give(session, make.person(), post, secretary)


def test_nobody_assigns_himself_and_only_administrators_name_administrators(
    session: Session, make: Make, secretary: Actor
) -> None:
    post = make.post(make.office(), Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        give(session, session.get_one(Person, secretary.person_id), post, secretary)
    administrators = make.post(make.office(), Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        give(session, make.person(), administrators, secretary)
    give(session, make.person(), administrators, make.actor(make.administrator(), NOW))


def test_a_non_asn_is_no_liaison(session: Session, make: Make, secretary: Actor) -> None:
    post = make.post(make.agency(), Role.LIAISON)
    with pytest.raises(Invalid, match="Pejabat Penghubung"):
        give(session, make.person(kind=PersonKind.NON_ASN), post, secretary)


def test_ending_lets_a_successor_begin_and_is_never_backdated(session: Session, make: Make, secretary: Actor) -> None:
    post = make.post(make.agency(), Role.HEAD)
    held = make.assign(make.person(), post)
    with pytest.raises(Invalid, match="tidak diakhiri secara surut"):
        services.end_assignment(session, held, ends_on=TODAY - timedelta(days=2), actor=secretary, now=NOW)
    services.end_assignment(session, held, ends_on=TODAY - timedelta(days=1), actor=secretary, now=NOW)
    give(session, make.person(), post, secretary)
    with pytest.raises(Conflict, match="sudah berakhir"):
        services.end_assignment(session, held, ends_on=TODAY, actor=secretary, now=NOW)


def test_a_longer_term_must_not_grow_into_the_next_one(session: Session, make: Make, secretary: Actor) -> None:
    post = make.post(make.agency(), Role.HEAD)
    held = make.assign(make.person(), post, ends_on=date(2022, 6, 30))
    make.assign(make.person("Berikutnya"), post, starts_on=date(2022, 7, 1))
    with pytest.raises(Invalid, match="sudah dipegang Berikutnya"):
        services.end_assignment(session, held, ends_on=date(2022, 7, 5), actor=secretary, now=NOW)
    services.end_assignment(session, held, ends_on=date(2022, 6, 20), actor=secretary, now=NOW)


def test_an_open_term_gets_an_end_although_it_covers_the_next_one(
    session: Session, make: Make, secretary: Actor
) -> None:
    post = make.post(make.agency(), Role.OPERATOR, seats=2)
    held = make.assign(make.person(), post)
    make.assign(make.person(), post)
    services.end_assignment(session, held, ends_on=date(2022, 7, 5), actor=secretary, now=NOW)
    assert held.ends_on == date(2022, 7, 5)


def test_only_what_has_not_begun_is_cancelled(session: Session, make: Make, secretary: Actor) -> None:
    post = make.post(make.agency(), Role.HEAD)
    coming = make.assign(make.person(), post, starts_on=TODAY + timedelta(days=1))
    services.cancel_assignment(session, coming, actor=secretary, now=NOW)
    assert terms_of_post(session, post.id) == []
    running = make.assign(make.person(), post, starts_on=TODAY - timedelta(days=1), ends_on=TODAY)
    with pytest.raises(Conflict):
        services.cancel_assignment(session, running, actor=secretary, now=NOW)


def test_a_mistake_of_today_is_cancelled_while_nothing_was_done_under_it(
    session: Session, make: Make, secretary: Actor
) -> None:
    agency = make.agency()
    head = make.head(agency)
    wrong = give(
        session, make.person(), head.post, secretary, capacity=Capacity.PLH, ends_on=TODAY + timedelta(days=3)
    )
    services.cancel_assignment(session, wrong, actor=secretary, now=NOW)
    assert [term.person_id for term in terms_of_post(session, head.post.id)] == [head.person.id]
    acting = make.member(Role.HEAD, post=head.post, capacity=Capacity.PLH, starts_on=TODAY, ends_on=TODAY)
    services.add_absence(
        session,
        acting.assignment,
        starts_on=TODAY,
        ends_on=TODAY,
        reason="dinas luar",
        actor=make.actor(acting, NOW),
        now=NOW,
    )
    session.commit()
    with pytest.raises(Conflict, match="sudah mulai berlaku"):
        services.cancel_assignment(session, acting.assignment, actor=secretary, now=NOW)


def test_a_post_is_abolished_when_nobody_holds_it(session: Session, make: Make, secretary: Actor) -> None:
    agency = make.agency()
    post = make.post(agency, Role.OPERATOR)
    held = make.assign(make.person(), post)
    with pytest.raises(Conflict, match="masih dipegang"):
        services.end_post(session, post, actor=secretary, now=NOW)
    services.end_assignment(session, held, ends_on=TODAY - timedelta(days=1), actor=secretary, now=NOW)
    services.end_post(session, post, actor=secretary, now=NOW)
    assert list_post_lines(session, TODAY, agency_id=agency.id) == []
    with pytest.raises(Invalid, match="sudah dihapus"):
        give(session, make.person(), post, secretary)


def test_absences(session: Session, make: Make, secretary: Actor) -> None:
    agency = make.agency()
    head = make.head(agency)
    away = {"starts_on": date(2022, 6, 13), "ends_on": date(2022, 6, 17)}
    absence = services.add_absence(
        session, head.assignment, **away, reason="dinas luar", actor=make.actor(head, NOW), now=NOW
    )
    with pytest.raises(Invalid, match="sudah tercatat berhalangan: dinas luar"):
        services.add_absence(session, head.assignment, **away, reason="cuti", actor=secretary, now=NOW)
    with pytest.raises(Invalid, match="sudah lewat"):
        services.add_absence(
            session,
            head.assignment,
            starts_on=date(2022, 6, 1),
            ends_on=date(2022, 6, 2),
            reason="cuti",
            actor=secretary,
            now=NOW,
        )
    holder = head_of(session, agency.id, date(2022, 6, 14))
    assert holder is not None
    assert holder.person_id == head.person.id  # away without a Plh.: complaints wait for somebody
    back = at_local(date(2022, 6, 15), 8)
    services.end_absence(session, absence, actor=secretary, now=back)
    assert absence.ends_on == date(2022, 6, 14)
    with pytest.raises(Conflict):
        services.end_absence(session, absence, actor=secretary, now=back)


def test_a_plh_has_the_powers_and_the_head_reads_only(session: Session, make: Make, secretary: Actor) -> None:
    agency = make.agency()
    head = make.head(agency)
    deputy = make.person("Stefanus Tobondo")
    give(
        session,
        deputy,
        head.post,
        secretary,
        capacity=Capacity.PLH,
        starts_on=date(2022, 6, 13),
        ends_on=date(2022, 7, 22),
    )
    for day, acts in ((date(2022, 6, 12), True), (date(2022, 6, 13), False), (date(2022, 7, 23), True)):
        actor = load_actor(session, head.person.id, day)
        stand_in = load_actor(session, deputy.id, day)
        assert actor is not None
        assert stand_in is not None
        assert allows(actor, Permission.DISPOSITION_ACKNOWLEDGE, agency.id) is acts
        assert allows(actor, Permission.COMPLAINT_VIEW, agency.id)
        assert allows(stand_in, Permission.DISPOSITION_ACKNOWLEDGE, agency.id) is not acts
    assert load_actor(session, 999_999, TODAY) is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Capacity)), st.integers(0, 12), st.none() | st.integers(0, 8), st.integers(0, 2)
        ),
        max_size=5,
    )
)
def test_load_actor_and_holder_of_the_day_agree(
    session: Session, make: Make, terms: list[tuple[Capacity, int, int | None, int]]
) -> None:
    """For any terms ever stored, overlapping ones included, exactly one person acts as head on each day."""
    with session.begin_nested() as savepoint:
        agency = make.agency()
        post = make.post(agency, Role.HEAD)
        people = [make.person() for _ in range(3)]
        for capacity, start, length, who in terms:
            starts_on = TODAY + timedelta(days=start)
            ends_on = None if length is None else starts_on + timedelta(days=length)
            make.assign(people[who], post, capacity=capacity, starts_on=starts_on, ends_on=ends_on)
        for step in range(-1, 23, 2):
            day = TODAY + timedelta(days=step)
            holder = holder_of_the_day(terms_of_post(session, post.id), day)
            named = heads_of(session, [agency.id], day).get(agency.id)
            acting = [
                power.assignment_id
                for person in people
                if (actor := load_actor(session, person.id, day)) is not None
                for power in actor.powers
                if power.in_force
            ]
            assert acting == ([holder.assignment_id] if holder else [])
            assert (named.assignment_id if named else None) == (holder.assignment_id if holder else None)
        savepoint.rollback()


def test_of_two_at_the_same_moment_one_is_refused(app: Flask, session: Session, make: Make, secretary: Actor) -> None:
    """The overlap is looked for under a lock on the post, so two desks cannot both name a Plh. for the same days."""
    head = make.head(make.agency())
    people = [make.person(f"Calon {number}").id for number in range(2)]
    post_id = head.post.id
    session.commit()
    start, said = threading.Barrier(2), []

    def name(person_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction() as own:
                    give(
                        own,
                        own.get_one(Person, person_id),
                        own.get_one(Post, post_id),
                        secretary,
                        capacity=Capacity.PLH,
                        ends_on=TODAY + timedelta(days=2),
                    )
                said.append("tercatat")
            except Invalid as refusal:
                said.append(refusal.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=name, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert len(terms_of_post(session, post_id)) == 2
    refused = next(words for words in said if words != "tercatat")
    assert "jabatan ini sudah dipegang Calon" in refused
