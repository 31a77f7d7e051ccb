from __future__ import annotations

from dataclasses import replace

from index.document.split import split
from index.readers.marks import marks
from index.types import Span
from tests.browser import DUTY, RIVER, passages
from ui.plan import clauses, contents


def test_the_pieces_of_all_clauses_are_the_text() -> None:
    start = RIVER.text.index(DUTY)
    shown = list(clauses(RIVER, passages(RIVER), Span(start, start + len(DUTY))))
    words = "".join(piece.text for clause in shown for piece in clause.pieces)
    assert "".join(words.split()) == "".join(RIVER.text.split())
    assert [piece.text for clause in shown for piece in clause.pieces if piece.marked] == [DUTY]
    assert [clause.address for clause in shown if clause.marked] == ["二·(一)"]


def test_what_is_no_prose_is_a_piece_of_its_own_with_the_reason_also_in_what_is_highlighted() -> None:
    text = "一、目标\n建成\u200b茶园5座，见www.a.example。\n"
    plan = replace(RIVER, text=text, marks=marks(text))
    shown = [piece for clause in clauses(plan, split(plan), Span(5, 12)) for piece in clause.pieces]
    assert [(p.text, p.marked, p.first, p.reason) for p in shown] == [
        ("一、目标\n", False, False, ""),
        ("建成", True, True, ""),
        ("·", True, False, "不可见字符"),
        ("茶园5座", True, False, ""),
        ("，见", False, False, ""),
        ("www.a.example", False, False, "网址"),
        ("。", False, False, ""),
    ]


def test_a_stretch_over_several_clauses_is_marked_in_each_and_begins_once() -> None:
    shown = list(clauses(RIVER, passages(RIVER), Span(0, len(RIVER.text))))
    assert all(clause.marked for clause in shown)
    assert [piece.first for clause in shown for piece in clause.pieces if piece.marked] == [True, False, False, False]


def test_without_a_stretch_nothing_is_marked() -> None:
    assert not any(clause.marked for clause in clauses(RIVER, passages(RIVER)))


def test_the_contents_are_the_numbered_clauses_by_title_and_depth() -> None:
    entries = [(e.label, e.title, e.depth) for e in contents(RIVER, passages(RIVER))]
    assert entries == [("一", "发展目标", 0), ("二", "重点任务", 0), ("(一)", "管网", 1)]
