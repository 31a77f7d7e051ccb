"""The whole way of a question: order of the stream, the one Answer, notices, tables, filters, errors, threads."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.model.chat import Piece, ScriptedChat
from assistant.pipeline import Assistant, QuestionError
from assistant.settings import Settings
from assistant.types import NOT_MENTIONED, Answer, Checked, Outcome, Stage, Timings
from index.beside import plan_of
from index.build import BuildError, build
from index.search import Index
from index.settings import IndexSettings
from index.store.embed import HashEmbedder
from index.store.vectors import VectorStore
from index.types import Filters, Kind, Status
from tests import plans

SUBSIDY = "宁波的联网渔船每艘补助多少元？"
REPLY = "渔船每艘补助1800元。补助资金由市财政承担60%。"
QUESTIONS = (
    SUBSIDY,
    "宁波市的文号是多少？",
    "青岛的计划还有效吗？",
    "宁波的渔船联网由谁牵头？",
    "宁波的重点任务有哪些？",
    "宁波的无人集卡是200辆吗？",
    "各地的补贴怎么规定？",
    "宁波和厦门的联网渔船有多少艘？",
)
REFUSED = ("宁波的动物园有多少家？", "厦门市的渔船有多少艘？", "大连的文号是多少？", "你好")


@pytest.fixture
def quoting(index: Index) -> Assistant:
    return Assistant(Settings(llm="off"), index=index)


@pytest.fixture
def doubting(index: Index) -> Assistant:
    """Its model sees no answer anywhere, and has no reply left."""
    return Assistant(Settings(), index=index, model=ScriptedChat([], {"不": 0.999}))


def timeless(answer: Answer) -> Answer:
    return replace(answer, timings=Timings())


@pytest.mark.parametrize("question", [*QUESTIONS, *REFUSED])
def test_a_stream_is_stages_then_sentences_then_the_answer(quoting: Assistant, question: str) -> None:
    events = list(quoting.stream(question))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert [type(e) for e in events].count(Answer) == 1
    assert events[0] is Stage.RETRIEVE
    assert events[-2] is Stage.VERIFY
    streamed = [e for e in events if isinstance(e, Checked)]
    assert tuple(e.sentence for e in streamed) == answer.sentences
    assert {c.number: c for e in streamed for c in e.citations} == {c.number: c for c in answer.citations}
    assert timeless(quoting.answer(question)) == timeless(answer)


def test_sentences_come_while_the_model_writes(index: Index) -> None:
    events = list(Assistant(Settings(), index=index, model=ScriptedChat([REPLY])).stream(SUBSIDY))
    kinds = [type(e) for e in events]
    assert Stage.GENERATE in events[: kinds.index(Checked)]
    assert kinds.count(Checked) == 2


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_the_documents_own_words(quoting: Assistant, question: str) -> None:
    answer = quoting.answer(question)
    assert answer.citations
    for citation in answer.citations:
        text = citation.document.text
        assert citation.quote == text[citation.start : citation.end]
        assert citation.quote.strip()
        assert quoting.passage_at(citation.document, citation.start).address == citation.address
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {n for s in answer.sentences for n in s.citations} == {c.number for c in answer.citations}


@pytest.mark.parametrize("question", [*QUESTIONS, *REFUSED])
def test_an_answer_has_one_json_form(quoting: Assistant, question: str) -> None:
    answer = quoting.answer(question)
    form = answer.to_dict()
    assert json.loads(json.dumps(form, ensure_ascii=False)) == form
    assert (form["question"], form["text"], form["status"]) == (question, answer.text, answer.status.value)
    assert [c["quote"] for c in form["citations"]] == [c.quote for c in answer.citations]


@pytest.mark.parametrize("question", QUESTIONS)
def test_text_carries_a_mark_per_citation_and_markdown_the_quotes(quoting: Assistant, question: str) -> None:
    answer = quoting.answer(question)
    for citation in answer.citations:
        assert f"[{citation.number}]" in answer.text
        assert citation.quote.strip() in answer.markdown
        assert citation.document.title in answer.markdown
    assert all(notice in answer.markdown for notice in answer.notices)


@pytest.mark.parametrize(
    ("question", "notices"),
    [
        ("青岛的数字酿酒师每年培训多少人？", ["已停止执行"]),
        ("昆明的鲜切花损耗率降到多少？", ["期限已满", "政策解读"]),
        ("果农平均每亩增收多少元？", ["新闻报道"]),
        (SUBSIDY, []),
    ],
)
def test_a_plan_that_has_ended_or_is_not_the_plan_itself_says_so(
    quoting: Assistant, question: str, notices: list[str]
) -> None:
    answer = quoting.answer(question)
    assert len(answer.notices) == len(notices)
    assert all(word in notice for word, notice in zip(notices, answer.notices, strict=True))


def test_the_status_is_on_the_citation_too(quoting: Assistant) -> None:
    (citation,) = quoting.answer("青岛的数字酿酒师每年培训多少人？").citations
    assert citation.status is Status.STOPPED
    assert "2020年6月1日起停止执行" in citation.status_basis
    assert citation.to_dict()["document"]["status"] == "已停止执行"


@pytest.mark.parametrize("question", REFUSED[:3])
def test_a_refusal_cites_nothing_and_says_what_there_is(doubting: Assistant, question: str) -> None:
    answer = doubting.answer(question)
    assert answer.status is Outcome.REFUSED
    assert (answer.sentences, answer.citations, answer.table, answer.notices) == ((), (), None, ())
    assert answer.text == answer.reason
    assert "已收录 4 份文件" in answer.text
    assert all(region in answer.text for region in ("宁波市", "青岛市", "昆明市", "大连市"))


def test_a_greeting_is_answered_by_one(quoting: Assistant) -> None:
    assert "您好" in quoting.answer("你好").text


def test_a_comparison_is_a_table_with_a_row_per_plan(quoting: Assistant) -> None:
    answer = quoting.answer("比较宁波和昆明的专项资金")
    assert answer.status is Outcome.PARTLY
    assert answer.table is not None
    assert answer.table.columns == ("地区", "专项资金", "有效性")
    told, silent = answer.table.rows
    assert [cell.text for cell in silent] == ["昆明市", NOT_MENTIONED, "期限已满"]
    assert silent[1].citations == ()
    assert told[0].text == "宁波市"
    assert "2亿元" in told[1].text
    (number,) = told[1].citations
    assert answer.citations[number - 1].document.region == "宁波市"
    assert NOT_MENTIONED in answer.markdown


def test_in_a_comparison_each_plan_speaks_for_itself(quoting: Assistant) -> None:
    answer = quoting.answer("宁波和青岛的奖励补贴有什么不同？")
    assert answer.table is not None
    for row in answer.table.rows:
        cited = {answer.citations[n - 1].document.region for n in row[1].citations}
        assert cited == {row[0].text}


def test_all_plans_can_be_compared_by_name(quoting: Assistant) -> None:
    answer = quoting.answer("比较宁波、青岛、昆明、大连的目标")
    assert answer.table is not None
    assert len(answer.table.rows) == 4


def test_the_cells_of_a_comparison_are_quoted_without_asking_the_model(index: Index) -> None:
    model = ScriptedChat(["对骨干人才发放安家补贴。"])
    answer = Assistant(Settings(), index=index, model=model).answer("宁波和青岛的奖励补贴有什么不同？")
    assert model.prompts == []
    assert answer.table is not None
    assert ["安家补贴" in row[1].text for row in answer.table.rows] == [True, False]
    assert "一次性奖励50万元" in answer.table.rows[1][1].text


@pytest.mark.parametrize(
    ("filters", "regions"),
    [
        (Filters(regions=("青岛",)), {"青岛市"}),
        (Filters(years=(2019,)), {"宁波市"}),
        (Filters(kinds=(Kind.NEWS, Kind.INTERPRETATION)), {"大连市", "昆明市"}),
        (Filters(statuses=(Status.STOPPED,)), {"青岛市"}),
        (Filters(kinds=(Kind.FORMAL,), statuses=(Status.UNKNOWN,)), {"宁波市"}),
    ],
)
def test_filters_keep_other_plans_out(quoting: Assistant, filters: Filters, regions: set[str]) -> None:
    answer = quoting.answer("这些计划还有效吗？", filters=filters)
    assert {c.document.region for c in answer.citations} == regions


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("这些计划还有效吗？", Filters(regions=("西安市",))),
        ("联网渔船每艘补助多少元？", Filters(regions=("西安市",))),
        (SUBSIDY, Filters(regions=("青岛市",))),
        ("“贷款贴息”是宁波提出的吗？", Filters(regions=("宁波市",))),
    ],
)
def test_what_the_filters_keep_out_is_not_cited(quoting: Assistant, question: str, filters: Filters) -> None:
    answer = quoting.answer(question, filters=filters)
    assert answer.status is Outcome.REFUSED
    assert answer.citations == ()


@pytest.mark.parametrize("question", ["", "   ", "\n\u3000\n"])
def test_an_empty_question_is_an_error(quoting: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match="请先输入问题"):
        quoting.answer(question)


def test_a_long_question_is_an_error_that_says_how_long_it_may_be(index: Index) -> None:
    assistant = Assistant(Settings(llm="off", max_question=20), index=index)
    assert assistant.answer("宁" * 20).status is Outcome.REFUSED
    with pytest.raises(QuestionError, match=r"21 字.*20 字"):
        assistant.answer("宁" * 21)


@pytest.mark.parametrize(
    "question", ["？？？", "\u200b", "1", "[1]", "<b>宁波</b>", "🙂", "\x00宁波", "SELECT * FROM plans;"]
)
def test_odd_questions_are_answered_or_refused(quoting: Assistant, question: str) -> None:
    answer = quoting.answer(question, [{"role": "user", "content": question}])
    assert answer.text
    assert all(c.quote in c.document.text for c in answer.citations)


def test_history_is_understood_and_both_forms_of_the_question_kept(quoting: Assistant) -> None:
    history = [{"role": "user", "content": SUBSIDY}, {"role": "assistant", "content": "1800元。"}]
    answer = quoting.answer("那由谁牵头？", history)
    assert "市海洋局牵头" in answer.text
    assert answer.question == "那由谁牵头？"
    assert "渔船" in answer.resolved_question


class Endless:
    """A model that writes until its stream, which it holds on to, is closed."""

    name = "endless"
    stopped = False

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        self.held = self._write()
        return self.held

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        return {}

    def _write(self) -> Iterator[Piece]:
        try:
            yield Piece("渔船每艘补助1800元。")
            while True:
                yield Piece("再写一点")
        finally:
            self.stopped = True


def test_closing_the_stream_stops_the_model(index: Index) -> None:
    model = Endless()
    events = Assistant(Settings(), index=index, model=model).stream(SUBSIDY)
    assert any(isinstance(event, Checked) for event in events)  # reads as far as the first sentence
    assert not model.stopped
    events.close()  # type: ignore[attr-defined]
    assert model.stopped


def test_eight_threads_get_the_answers_that_one_gets(index: Index) -> None:
    assistant = Assistant(Settings(), index=index, model=ScriptedChat(lambda *_: REPLY))
    alone = [timeless(assistant.answer(q)) for q in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(assistant.answer, QUESTIONS * 3))
    assert [timeless(a) for a in together] == alone * 3


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(IndexSettings, "embedder", lambda _: HashEmbedder())
    return Settings(docs=plans.write(tmp_path / "docs"), index_dir=tmp_path / "index", llm="off")


def test_the_index_is_built_at_the_first_question(settings: Settings) -> None:
    assistant = Assistant(settings)
    assert not assistant.ready
    assert not settings.index_dir.exists()
    assert "1800元" in assistant.answer(SUBSIDY).text
    assert assistant.ready
    assert len(assistant.documents) == 4
    assert assistant.warnings == ()


def test_a_file_that_cannot_be_read_is_warned_of(settings: Settings) -> None:
    (settings.docs / "坏.txt").write_bytes(b"\x00\x01\x02" * 50)
    assistant = Assistant(settings)
    assert "1800元" in assistant.answer(SUBSIDY).text
    (warning,) = assistant.warnings
    assert "坏.txt" in warning


def test_without_files_or_an_index_the_error_says_so(settings: Settings, tmp_path: Path) -> None:
    empty = settings.model_copy(update={"docs": tmp_path / "nowhere"})
    with pytest.raises(BuildError, match="nowhere"):
        Assistant(empty).answer(SUBSIDY)


def test_the_last_good_index_serves_when_the_files_are_gone(settings: Settings) -> None:
    Assistant(settings).prepare()
    settings.docs.rename(settings.docs.with_name("moved"))
    assistant = Assistant(settings)
    assert "1800元" in assistant.answer(SUBSIDY).text
    assert any("上次建好的索引" in warning for warning in assistant.warnings)


def test_a_changed_file_is_in_the_next_assistants_index(settings: Settings) -> None:
    assert "1800元" in Assistant(settings).answer(SUBSIDY).text
    (settings.docs / "宁波.txt").write_text(plans.NINGBO.replace("1800元", "2100元"), encoding="utf-8")
    answer = Assistant(settings).answer(SUBSIDY)
    assert "2100元" in answer.text
    assert "1800元" not in answer.text


def changed(settings: Settings, amount: str) -> None:
    """Another process puts a new snapshot in use."""
    (settings.docs / "宁波.txt").write_text(plans.NINGBO.replace("1800元", amount), encoding="utf-8")
    build(settings.docs, settings.index_dir, HashEmbedder())


def test_a_new_generation_is_used_from_the_next_question_on(settings: Settings) -> None:
    with Assistant(settings) as assistant:
        former = assistant.answer(SUBSIDY)
        held = weakref.ref(assistant.index)
        under_way = assistant.stream(SUBSIDY)
        next(under_way)
        changed(settings, "2100元")
        assert "2100元" in assistant.answer(SUBSIDY).text
        assert held() is not None, "an answer under way still reads it"
        *_, finished = under_way
        assert isinstance(finished, Answer)
        assert "1800元" in finished.text
        under_way.close()  # type: ignore[attr-defined]
        assert held() is None, "nobody reads it any more"
        assert {d.text for d in assistant.documents} == {p.read_text("utf-8") for p in settings.docs.iterdir()}
        citation = former.citations[0]
        assert assistant.passage_at(citation.document, citation.start).address == citation.address
        assert citation.address in {passage.address for passage in assistant.passages(citation.document)}


def test_a_reader_with_his_own_plan_keeps_the_generation_that_it_was_put_beside(settings: Settings) -> None:
    with Assistant(settings) as assistant:
        own = assistant.with_plans([plan_of("灯光.txt", "苏州市灯光方案\n一、目标\n建成灯光塔7座。\n".encode())])
        changed(settings, "2100元")
        assert "2100元" in assistant.answer(SUBSIDY).text
        assert "1800元" in own.answer(SUBSIDY).text
        assert "7座" in own.answer("苏州要建成多少座灯光塔？").text


def test_a_released_index_lets_go_of_its_files(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    closed, close = [], VectorStore.close

    def closing(store: VectorStore) -> None:
        closed.append(store)
        close(store)

    monkeypatch.setattr(VectorStore, "close", closing)
    with Assistant(settings) as assistant:
        assistant.prepare()
        store = assistant.index._store
        changed(settings, "2100元")
        assert store not in closed
        assistant.answer(SUBSIDY)
        assert closed.count(store) == 1


def test_threads_go_on_while_generations_change(settings: Settings) -> None:
    with Assistant(settings) as assistant:
        assistant.prepare()
        with ThreadPoolExecutor(3) as pool:
            answers = [pool.submit(assistant.answer, SUBSIDY) for _ in range(30)]
            for amount in ("2100元", "2200元", "2300元"):
                changed(settings, amount)
                answers += [pool.submit(assistant.answer, SUBSIDY) for _ in range(10)]
        texts = [answer.result().text for answer in answers]
        assert all(any(amount in text for amount in ("1800元", "2100元", "2200元", "2300元")) for text in texts)
        assert "2300元" in texts[-1]


def test_a_generation_that_cannot_be_opened_is_not_switched_to(settings: Settings) -> None:
    with Assistant(settings) as assistant:
        assistant.prepare()
        opened = assistant.index
        (settings.docs / "宁波.txt").unlink()
        build(settings.docs, settings.index_dir, HashEmbedder(64))
        assert "1800元" in assistant.answer(SUBSIDY).text
        assert assistant.index is opened
        assert any("另一个向量模型" in warning for warning in assistant.warnings)
        build(settings.docs, settings.index_dir, HashEmbedder())
        assert "1800元" not in assistant.answer(SUBSIDY).text


def test_an_index_that_was_given_is_kept(settings: Settings) -> None:
    build(settings.docs, settings.index_dir, HashEmbedder())
    given = Index.open(settings.index_dir, HashEmbedder())
    assistant = Assistant(settings, index=given)
    changed(settings, "2100元")
    assert "1800元" in assistant.answer(SUBSIDY).text
    assert assistant.index is given
    given.close()


def test_a_refusal_says_that_the_plan_asked_about_is_no_longer_in_force(doubting: Assistant) -> None:
    refused = doubting.answer("青岛的酿造计划怎样照顾航天员？")
    assert refused.status is Outcome.REFUSED
    assert any("已停止执行" in notice for notice in refused.notices)
    assert not doubting.answer("厦门怎样照顾航天员？").notices
