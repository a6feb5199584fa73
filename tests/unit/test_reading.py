"""Helps for reading: the beginning of a long text, what changed, what tells what a complaint is about."""

from hypothesis import given
from hypothesis import strategies as st

from lapor.inbox.reading import LONG_TEXT, changes_between, opening_of, telling_words

SENTENCE = "Air di desa kami keruh sejak pekan lalu dan berbau lumpur. "


def test_a_short_text_is_whole():
    assert opening_of(SENTENCE).rest == ""


def test_a_long_text_is_cut_after_a_sentence():
    opening = opening_of(SENTENCE * 20)
    assert opening.lines.endswith("lumpur.")
    assert 100 <= len(opening.lines) <= 260
    assert opening.rest.startswith("Air di desa")


@given(st.text(min_size=LONG_TEXT + 1, max_size=2000))
def test_nothing_is_lost_between_beginning_and_rest(text):
    opening = opening_of(text)
    assert "".join((opening.lines + opening.rest).split()) == "".join(text.split())


def kinds(change):
    return [(piece.kind, piece.words) for piece in change.pieces if piece.kind != "same"]


def test_changes_are_told_word_by_word():
    old = {"Judul": "Jalan rusak", "Isi": "Jalan rusak di Desa Beka sejak Maret.", "Lokasi": None}
    new = {"Judul": "Jalan rusak", "Isi": "Jalan rusak berat di Desa Beka sejak April.", "Lokasi": "Sigi"}
    text, place = changes_between(old, new)
    assert (text.name, place.name) == ("Isi", "Lokasi")
    assert kinds(text) == [("new", "berat"), ("gone", "Maret."), ("new", "April.")]
    assert kinds(place) == [("new", "Sigi")]


def test_no_change_is_none_and_a_very_long_text_is_compared_whole():
    assert changes_between({"a": "x"}, {"a": "x"}) == []
    long = "kata " * 4000
    (change,) = changes_between({"a": long}, {"a": long + "lagi"})
    assert [piece.kind for piece in change.pieces] == ["gone", "new"]


@given(st.text(alphabet="ab c\n", max_size=60), st.text(alphabet="ab c\n", max_size=60))
def test_old_and_new_can_be_read_from_the_pieces(old, new):
    for change in changes_between({"x": old}, {"x": new}):
        before = "".join(piece.words for piece in change.pieces if piece.kind in {"same", "gone"})
        after = "".join(piece.words for piece in change.pieces if piece.kind in {"same", "new"})
        assert before.split() == old.split() or "".join(before.split()) == "".join(old.split())
        assert "".join(after.split()) == "".join(new.split())


def test_common_words_tell_nothing():
    assert telling_words("Mohon perbaikan jalan di Desa Bangga", "Jembatan gantung putus") == (
        "perbaikan",
        "jembatan",
        "gantung",
        "bangga",
    )
    assert telling_words(None, "") == ()


def test_what_stayed_is_shortened_in_whole_words():
    old = "awal " + "tetap sama " * 40 + "Maret"
    (change,) = changes_between({"x": old}, {"x": old.replace("Maret", "April")})
    assert change.pieces[0].words.startswith("awal tetap sama")
    assert " … " in change.pieces[0].words
    assert len(change.pieces[0].words) < 140
