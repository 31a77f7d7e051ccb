from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assistant.types import Cell, Checks, Outcome, Sentence, Stage, Table
from index.facts.target import targets
from index.types import Filters, Kind, Status
from tests.browser import (
    AS_OF,
    CLAUSE,
    COUNTY,
    PIPES,
    POPLAR,
    RIVER,
    TARGET,
    answer,
    cite,
    full_answer,
    passage_at,
    passages,
)
from ui import render
from ui.asking import choices, scope
from ui.chart import Fact
from ui.render import View
from ui.say import CHINESE
from ui.turn import Turn

TURN = Turn(3, "目标是多少？")
ANSWERED = replace(TURN, answer=full_answer(TURN.question))
LIMITS = {"suffixes": (".txt",), "megabytes": 2, "files": 5}


class _Tags(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, tag: str, attribute: str) -> list[str | None]:
        return [attributes[attribute] for name, attributes in self.tags if name == tag and attribute in attributes]


def test_a_turn_grows_with_the_stream_and_the_answer_replaces_what_was_streamed() -> None:
    turn = TURN.after(Stage.RETRIEVE).after(Stage.VERIFY).after(COUNTY).after(TARGET)
    assert (turn.stage, turn.over) == (Stage.VERIFY, False)
    assert turn.sentences == (COUNTY.sentence, TARGET.sentence)
    assert [citation.number for citation in turn.citations] == [1, 3]
    done = turn.after(answer(TURN.question, PIPES))
    assert done.over
    assert done.sentences == (PIPES.sentence,)
    assert [citation.number for citation in done.citations] == [2]


def test_stages_show_what_is_done_and_what_is_next_until_the_end() -> None:
    html = render.answer(TURN.after(Stage.GENERATE))
    assert [attributes["class"] for tag, attributes in _Tags(html).tags if tag == "li"] == ["done", "now", "next"]
    html = render.answer(TURN.after(Stage.LOAD))
    assert [attributes["class"] for tag, attributes in _Tags(html).tags if tag == "li"] == [
        "done",
        "now",
        "next",
        "next",
    ]
    assert Stage.LOAD in html
    assert "stages" not in render.answer(ANSWERED)
    assert "stages" not in render.answer(replace(TURN, stopped=True))


def test_marks_stand_before_the_full_stop_and_lead_to_the_cards_of_their_own_turn() -> None:
    shown, panel = _Tags(render.answer(ANSWERED)), _Tags(render.sources([ANSWERED], passage_at))
    assert "120万千瓦[1]。" in shown.text
    marks = {str(names).removeprefix("mark-link to-") for names in shown.values("a", "class") if "mark" in str(names)}
    assert {f"src-{mark}" for mark in marks} == {"src-3-1", "src-3-2", "src-3-3"} == set(panel.values("article", "id"))
    start = RIVER.text.index(CLAUSE)
    assert f"/plan/river?start={start}&end={start + len(CLAUSE)}" in shown.values("a", "href")


def test_an_own_document_is_linked_by_the_desk_that_it_lies_on() -> None:
    html = render.answer(ANSWERED, View(desk="token", own=frozenset({"river"})))
    assert {str(href).partition("?")[0] for href in _Tags(html).values("a", "href")} == {
        "/own/token/river", "/plan/poplar", "/take/token/3.docx", "/take/token/3.md",
    }  # fmt: skip


def test_ids_of_several_turns_differ_and_the_newest_is_open() -> None:
    panel = _Tags(render.sources([replace(ANSWERED, number=1), replace(ANSWERED, number=2)], passage_at))
    ids = panel.values("article", "id")
    assert len(ids) == len(set(ids)) == 6
    assert ids[0] == "src-2-1"
    folds = [attributes for tag, attributes in panel.tags if tag == "details"]
    assert ["open" in fold for fold in folds] == [True, False]


def test_a_card_says_whose_clause_it_is_and_shows_the_quote_in_it() -> None:
    html = render.sources([replace(TURN, answer=answer("", TARGET))], passage_at)
    for said in (
        RIVER.title,
        RIVER.number,
        RIVER.issuer,
        "2016-05-09",
        "正式文件",
        "已停止执行",
        "条款 一",
        "发展目标",
    ):
        assert str(said) in html
    assert "本规划自2020年3月1日起停止执行。" in html
    assert f"一、发展目标<br><mark>{CLAUSE}</mark>建成示范园区3个。" in html


def test_fields_that_the_text_does_not_give_are_left_out() -> None:
    html = render.sources([replace(TURN, answer=answer("", COUNTY))], passage_at)
    assert "None" not in html
    assert "文号" not in html
    assert "期限已满" in html


def test_long_surroundings_are_cut_and_marked_as_cut() -> None:
    text = "前" * 500 + CLAUSE + "后" * 500
    document = replace(RIVER, text=f"一、{text}")
    card = render.card(cite(1, document, CLAUSE), passage_at)
    assert card.before == "…" + "前" * render.CONTEXT
    assert card.after == "后" * render.CONTEXT + "…"


def test_a_quote_longer_than_its_passage_is_shown_whole() -> None:
    whole = RIVER.text.strip()
    card = render.card(cite(1, RIVER, whole), passage_at)
    assert (card.citation.quote, card.before, card.after) == (whole, "", "")


def test_checks_are_summed_up_and_told_sentence_by_sentence() -> None:
    text = _Tags(render.answer(ANSWERED)).text
    assert "数字 ✓" in text
    assert "数字 ✓ 地区 ✓ 措辞 ✓ 略去 1 句" in " ".join(text.split())
    assert "措辞 88%" in text
    assert text.count("数字 ✓ · 地区 ✓") == 3
    failed = replace(ANSWERED.answer, sentences=(TARGET.sentence, Sentence("二。", (1,), Checks(False, True, 0.93))))  # type: ignore[type-var]
    text = _Tags(render.answer(replace(TURN, answer=failed))).text
    assert "数字 1/2" in text
    assert "数字 ✗" in text
    assert "措辞 93%" in text


def test_notices_problems_and_the_table_are_shown() -> None:
    html = render.answer(ANSWERED)
    shown = _Tags(html)
    assert '<p class="notice">青河市的这份规划已停止执行' in html
    assert "核对时略去的内容（1）" in shown.text
    assert shown.values("th", "scope") == ["col"] * 3 + ["row"] * 2
    assert '<td class="silent">未提及</td>' in html
    assert "用时 3.4 秒" in shown.text


def test_a_refusal_gives_its_reason_and_no_sources() -> None:
    turn = replace(TURN, answer=answer(TURN.question, status=Outcome.REFUSED, reason="收录的文件没有提到天气。"))
    assert '<p class="refusal">收录的文件没有提到天气。</p>' in render.answer(turn)
    assert "已逐句核对" not in render.answer(turn)
    assert "<article" not in render.sources([turn], passage_at)


def test_a_refusal_shows_the_nearest_clauses_as_no_sources_of_an_answer() -> None:
    refused = answer(TURN.question, status=Outcome.REFUSED, reason="没有写明。", nearest=ANSWERED.citations[:1])
    turn = replace(TURN, answer=refused)
    html = render.answer(turn)
    assert "没有能核实的答案" in html
    assert f"to-{turn.number}-1" in html
    assert "最接近的 1 条" in render.sources([turn], passage_at)
    assert "1 条依据" not in render.sources([turn], passage_at)


def test_a_partial_answer_gives_sentences_and_the_reason() -> None:
    turn = replace(TURN, answer=replace(answer("", TARGET), status=Outcome.PARTLY, reason="白杨县部分未提及。"))
    assert '<p class="aside">白杨县部分未提及。</p>' in render.answer(turn)
    assert 'class="sentence"' in render.answer(turn)


def test_errors_and_stops_are_said() -> None:
    assert '<p class="error">问题太长。</p>' in render.answer(replace(TURN, error="问题太长。"))
    assert "已停止。" in render.answer(replace(TURN, stopped=True))
    assert "以上句子已经核对" in render.answer(replace(TURN.after(TARGET), stopped=True))


def test_very_long_and_empty_questions_are_shown_short() -> None:
    long = render.question(replace(TURN, question="问" * 5000))
    assert long.count("问") == render.SHOWN_QUESTION
    assert "（5000）" in long
    assert "（空问题）" in render.question(replace(TURN, question=""))


def test_the_masthead_lists_documents_with_their_status_on_the_day() -> None:
    html = render.masthead([RIVER, POPLAR], AS_OF)
    for said in ("收录 2 份文件", RIVER.title, "青河市", "已停止执行", POPLAR.title, "期限已满", "政策解读"):
        assert said in html
    assert "正在读取文件" in render.masthead(None, AS_OF)


def test_a_digest_is_called_one_wherever_its_title_stands() -> None:
    digest = replace(RIVER, digest=True)
    turn = replace(TURN, answer=answer("", replace(TARGET, citations=(cite(1, digest, CLAUSE),))))
    named = f"{RIVER.title}（摘编）"
    facts = [Fact(target, digest, "一") for p in passages(digest) for target in targets(digest, p)]
    for html, times in (
        (render.sources([turn], passage_at), 1),
        (render.masthead([digest], AS_OF), 1),
        (render.reader(digest, passages(digest), AS_OF), 2),  # the heading and the title of the page
        (render.own_files([(digest, passages(digest), {"targets": 0, "duties": 0}, ())], LIMITS, AS_OF, View()), 1),
        (render.comparing([digest], [], [], [], None), 1),
        (render.targets(facts, None), len(facts)),
    ):
        assert html.count(named) == html.count(RIVER.title) == times
    assert render.sources([replace(turn, answer=answer("", TARGET))], passage_at).count("摘编") == 0


def test_a_digest_is_chosen_and_told_as_one() -> None:
    documents = (replace(RIVER, digest=True), POPLAR)
    assert choices(documents, AS_OF)[-1] == [(f"{RIVER.title}（摘编）", "river"), (POPLAR.title, "poplar")]
    chosen = Filters(documents=("river", "poplar"))
    assert scope(chosen, documents, CHINESE) == (f"{RIVER.title}（摘编）", POPLAR.title)


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><b id=src-1-1>",
    "&lt;i&gt;{{ 7*7 }}",
    "a\n\n<i>",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_document_a_model_or_a_reader_is_markup(payload: str) -> None:
    document = replace(
        RIVER, title=payload, number=payload, issuer=payload, region=payload, about=payload, source=payload,
        text=f"{payload}。", kind=Kind.NEWS, stated=replace(RIVER.stated, basis=payload),  # type: ignore[type-var]
    )  # fmt: skip
    citation = replace(cite(1, document, payload), address=payload)
    hostile = answer(
        payload,
        replace(TARGET, sentence=replace(TARGET.sentence, text=payload), citations=(citation,)),
        table=Table((payload,), ((Cell(payload, (1,)),),)),
        notices=(payload,),
        problems=(payload,),
        reason=payload,
    )
    turn = Turn(1, payload, answer=hostile)
    clean = Turn(1, "。", answer=full_answer("。"))
    pages = (
        render.question(turn),
        render.answer(turn),
        render.answer(Turn(1, payload, error=payload)),
        render.sources([turn], passage_at),
        render.masthead([document], AS_OF),
    )
    allowed = {
        name for html in (render.answer(clean), render.sources([clean], passage_at)) for name, _ in _Tags(html).tags
    }
    for html in pages:
        shown = _Tags(html)
        assert {name for name, _ in shown.tags} <= allowed | {"header", "h1", "div", "br", "nav"}
        assert not any(name.startswith("on") for _, attributes in shown.tags for name in attributes)
        assert "".join(payload.split()) in "".join(shown.text.split())


def test_each_part_is_one_line_because_a_blank_line_would_end_its_html_block() -> None:
    broken = replace(TARGET, sentence=replace(TARGET.sentence, text="一\n\n<i>二\r\n\r\n三。"))
    turn = replace(TURN, question="甲\n\n乙", answer=answer("", broken))
    for html in (render.question(turn), render.answer(turn), render.sources([turn], passage_at)):
        assert "\n" not in html
    assert "一<br><br>&lt;i&gt;二" in render.answer(turn)


def test_characters_that_turn_the_reading_direction_are_not_shown() -> None:
    turn = replace(TURN, question="A\u202eB\u200bC\x00")
    assert "ABC" in render.question(turn)


def test_every_status_has_a_tone() -> None:
    for status in Status:
        citation = replace(cite(1, RIVER, CLAUSE), status=status)
        turn = replace(TURN, answer=answer("", replace(TARGET, citations=(citation,))))
        assert '<span class="badge' in render.sources([turn], passage_at)
