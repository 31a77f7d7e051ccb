"""Each metric against values worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.types import (
    NOT_MENTIONED,
    Answer,
    Cell,
    Checks,
    Citation,
    Computed,
    Evidence,
    Operand,
    Operation,
    Outcome,
    Sentence,
    Table,
)
from eval.cases import Case, Clause, Expectation, Split, Type
from eval.metrics import METRICS, Metric, Trial, interval
from eval.metrics.facts import holds, normalise
from index.types import Document, Period, Status

TODAY = date(2026, 11, 21)
METRIC = {metric.name: metric for metric in METRICS}
HERE = Document(
    "here",
    "a.txt",
    "一、目标\n到2020年，培育60家示范企业，投入1000亿元。\n二、任务\n（一）教育\n由市教育局牵头，建成3个平台。",
    "甲市行动方案",
    number="甲府〔2016〕88号",
    issued=date(2016, 10, 10),
    period=Period(2016, 2018),
)
THERE = Document("there", "b.txt", "一、目标\n到2020年，培育70家示范企业。", "乙市行动方案")
TITLES = {d.id: d.title for d in (HERE, THERE)}
CASE = Case(
    "f-1",
    Type.FIGURE,
    Split.DEV,
    "甲市培育多少家示范企业？",
    Expectation.ANSWER,
    evidence=(Clause(HERE.title, "一"), Clause(HERE.title, "二·(一)")),
    facts=(("60家", "六十家"), ("市教育局",)),
)
UNANSWERABLE = Case("u-1", Type.UNANSWERABLE, Split.TEST, "甲市房价多少？", Expectation.REFUSE)


def cite(number: int, document: Document, address: str, quote: str) -> Citation:
    start = document.text.index(quote)
    return Citation(number, document, address, start, start + len(quote), Status.LAPSED, "期限已满")


FIGURE = cite(1, HERE, "一", "到2020年，培育60家示范企业，投入1000亿元。")
LEAD = cite(2, HERE, "二·(一)·1", "由市教育局牵头，建成3个平台。")
ELSEWHERE = cite(3, THERE, "一", "到2020年，培育70家示范企业。")


def said(*texts: str, citations: tuple[Citation, ...] = (), case: Case = CASE) -> Trial:
    """Sentences that each carry all the citations."""
    sentences = tuple(Sentence(t, tuple(c.number for c in citations), Checks(True, True, 1.0)) for t in texts)
    answer = Answer(case.question, case.question, Outcome.ANSWERED, TODAY, sentences=sentences, citations=citations)
    return Trial(case, answer, TITLES)


def refused(case: Case = CASE) -> Trial:
    answer = Answer(
        case.question, case.question, Outcome.REFUSED, TODAY, reason="索引中没有60家的说法，市教育局也没有。"
    )
    return Trial(case, answer, TITLES)


def found(*addresses: tuple[Document, str]) -> Trial:
    evidence = tuple(Evidence(d.id, d.source, address, 0, 1, "…", 0.5) for d, address in addresses)
    trial = said("…")
    return replace(trial, answer=replace(trial.answer, evidence=evidence))


@pytest.mark.parametrize(
    ("text", "wording", "held"),
    [
        ("共培育６０ 家企业", "60家", True),
        ("共培育160家企业", "60家", False),
        ("比例为1.60家", "60家", False),
        ("数量60", "6", False),
        ("投入1,000亿元", "1000亿元", True),
        ("新增10、20家", "20家", True),
        ("共一百六十家", "六十家", False),
        ("东府办〔2016〕88号", "东府办[2016]88号", True),
        ("东府办(2016)188号", "东府办〔2016〕88号", False),
        ("“互联网＋”现代 农业", "互联网+现代农业", True),
        ("2016—2018年", "2016-2018年", True),
        ("比例达80％", "80%", True),
        ("比例达80个", "80%", False),
        ("", "60家", False),
    ],
)
def test_wordings_are_found_whatever_their_spelling_but_not_inside_a_longer_number(
    text: str, wording: str, held: bool
) -> None:
    assert holds([text], wording) is held


def test_an_equal_quantity_is_the_same_fact() -> None:
    assert holds(["投入一千亿元"], "1000亿元")
    assert holds(["培育六十家企业"], "60家")
    assert not holds(["培育六十个基地"], "60家")
    assert not holds(["投入一百亿元"], "1000亿元")


def test_normalising_keeps_what_tells_numbers_apart() -> None:
    assert normalise("１.5 万，2016-10-10；3、4（%）") == "1.5万2016|10|10|3|4%"


def test_facts_are_counted_in_sentences_and_table_cells() -> None:
    trial = said("培育六十家。")
    assert METRIC["facts"](trial) == 0.5
    assert METRIC["all_facts"](trial) == 0.0
    table = Table(("牵头",), ((Cell("市教育局"),),))
    whole = replace(trial, answer=replace(trial.answer, table=table))
    assert METRIC["facts"](whole) == 1.0
    assert METRIC["all_facts"](whole) == 1.0


def test_a_forbidden_wording_makes_a_complete_answer_wrong() -> None:
    case = replace(CASE, forbidden=("70家",))
    assert METRIC["all_facts"](said("60家，市教育局。", case=case)) == 1.0
    assert METRIC["all_facts"](said("60家，市教育局，70家。", case=case)) == 0.0
    assert METRIC["facts"](said("60家，市教育局，70家。", case=case)) == 1.0


def test_a_refusal_holds_no_fact_whatever_its_reason_says() -> None:
    assert METRIC["facts"](refused()) == 0.0
    assert METRIC["facts"](refused(UNANSWERABLE)) is None


def test_what_a_partial_answer_says_is_missing_is_shown() -> None:
    trial = said("60家。")
    partly = replace(trial, answer=replace(trial.answer, status=Outcome.PARTLY, reason="未见市教育局。"))
    assert METRIC["facts"](partly) == 1.0


def test_citation_precision_and_recall() -> None:
    both = said("…", citations=(FIGURE, LEAD))
    assert METRIC["citation_precision"](both) == 1.0
    assert METRIC["citation_recall"](both) == 1.0
    mixed = said("…", citations=(FIGURE, ELSEWHERE))
    assert METRIC["citation_precision"](mixed) == 0.5
    assert METRIC["citation_recall"](mixed) == 0.5
    assert METRIC["wrong_plan"](mixed) == 1.0
    assert METRIC["wrong_plan"](both) == 0.0


def test_citations_of_an_answer_without_any_and_of_refusals() -> None:
    assert METRIC["citation_precision"](said("…")) == 0.0
    assert METRIC["citation_recall"](said("…")) == 0.0
    assert METRIC["citation_precision"](refused()) is None
    assert METRIC["citation_recall"](refused()) == 0.0
    assert METRIC["citation_precision"](refused(UNANSWERABLE)) is None
    assert METRIC["citation_precision"](said("…", citations=(FIGURE,), case=UNANSWERABLE)) == 0.0
    assert METRIC["citation_recall"](said("…", case=UNANSWERABLE)) is None
    assert METRIC["wrong_plan"](said("…", citations=(FIGURE,), case=UNANSWERABLE)) is None
    assert METRIC["citation_precision"](said("…", case=replace(CASE, evidence=()))) is None


def test_numbers_must_be_in_the_citations_of_their_own_sentence() -> None:
    assert METRIC["unsupported"](said("培育60家，投入一千亿元。", citations=(FIGURE,))) == 0.0
    assert METRIC["unsupported"](said("培育80家。", citations=(FIGURE,))) == 1.0
    assert METRIC["unsupported"](said("建成3个平台。", citations=(FIGURE,))) == 1.0
    assert METRIC["unsupported"](said("培育60家。")) == 1.0
    assert METRIC["unsupported"](refused()) == 0.0


def test_numbers_of_what_the_document_says_of_itself_are_supported() -> None:
    text = "甲府〔2016〕88号印发于2016年10月10日。"
    assert METRIC["unsupported"](said(text, citations=(LEAD,))) == 0.0
    assert METRIC["unsupported"](said(text.replace("88", "89"), citations=(LEAD,))) == 1.0


def test_numbers_of_table_cells_are_checked_but_row_labels_are_not() -> None:
    trial = said("…", citations=(FIGURE,))
    rows = ((Cell("2025年目标"), Cell("60家", (1,)), Cell("90家", (1,))),)
    tabled = replace(trial, answer=replace(trial.answer, table=Table(("", "甲", "乙"), rows)))
    assert METRIC["unsupported"](tabled) == 1.0


def calculated(text: str, operation: Operation, result: str, *operands: tuple[str, int]) -> Trial:
    """A sentence citing both plans that says what was computed in it."""
    trial = said(text, citations=(FIGURE, ELSEWHERE))
    computed = Computed(operation, tuple(Operand(words, n) for words, n in operands), result)
    sentences = (replace(trial.answer.sentences[0], computed=(computed,)),)
    return replace(trial, answer=replace(trial.answer, sentences=sentences))


BOTH = (("60家", 1), ("70家", 3))


@pytest.mark.parametrize(
    ("text", "operation", "result", "operands", "count"),
    [
        ("乙市更多：70家，甲市60家，相差10家。", Operation.DIFFERENCE, "10家", BOTH, 0),
        ("合计130家。", Operation.SUM, "130家", BOTH, 0),
        ("最多：70家。", Operation.MOST, "70家", BOTH, 0),
        ("最少：60家。", Operation.LEAST, "60家", BOTH, 0),
        ("相差20家。", Operation.DIFFERENCE, "20家", BOTH, 2),  # wrong, and so not supported either
        ("最多：60家。", Operation.MOST, "60家", BOTH, 1),
        ("相差10元。", Operation.DIFFERENCE, "10元", BOTH, 2),
        ("相差10家。", Operation.DIFFERENCE, "10家", (("60家", 3), ("70家", 3)), 2),  # the first is not there
        ("相差20家。", Operation.DIFFERENCE, "20家", (("60家", 1), ("80家", 3)), 2),
        ("相差10家。", Operation.DIFFERENCE, "10家", (("60家", 1),), 2),
        ("相差10家。", Operation.DIFFERENCE, "10家", (("60家", 9), ("70家", 3)), 2),
        ("相差10家。", Operation.EARLIEST, "10家", BOTH, 2),
        ("相差10家，另有5家。", Operation.DIFFERENCE, "10家", BOTH, 1),
        ("相差10家。", Operation.DIFFERENCE, "10家", (("60家", 1), ("1000亿元", 1)), 2),
    ],
)
def test_a_computed_figure_is_computed_again(
    text: str, operation: Operation, result: str, operands: tuple[tuple[str, int], ...], count: float
) -> None:
    assert METRIC["unsupported"](calculated(text, operation, result, *operands)) == count


def test_percentages_differ_by_points() -> None:
    text = "一、目标\n上云率80%。\n二、任务\n上云率70%。"
    document = replace(HERE, text=text)
    citations = (cite(1, document, "一", "上云率80%。"), cite(2, document, "二", "上云率70%。"))
    trial = said("相差10个百分点。", citations=citations)
    operands = (Operand("80%", 1), Operand("70%", 2))
    for result, count in (("10个百分点", 0.0), ("10%", 2.0)):
        computed = (Computed(Operation.DIFFERENCE, operands, result),)
        sentences = (replace(trial.answer.sentences[0], computed=computed),)
        assert METRIC["unsupported"](replace(trial, answer=replace(trial.answer, sentences=sentences))) == count


def compared(*rows: tuple[str, ...], columns: int = 1) -> Trial:
    cells = {"甲市": (("60家", "六十家"),), "乙市": (None,)}
    if columns == 2:
        cells = {"甲市": (("60家",), None), "乙市": (None, ("2020年",))}
    case = replace(CASE, type=Type.COMPARISON, cells=cells)
    trial = said("…", citations=(FIGURE,), case=case)
    table = Table(("地区", "内容", "有效性"), tuple(tuple(map(Cell, row)) for row in rows))
    return replace(trial, answer=replace(trial.answer, table=table))


@pytest.mark.parametrize(
    ("trial", "share"),
    [
        (compared(("甲市", "示范企业六十家", "现行"), ("乙市", NOT_MENTIONED, "现行")), 1.0),
        (compared(("甲市", "示范企业60家", "现行"), ("乙市", "70家", "现行")), 0.5),
        (compared(("甲市", "160家", "60家"), ("乙市", NOT_MENTIONED, "现行")), 0.5),
        (compared(("甲市", NOT_MENTIONED, "现行"), ("乙市", "60家", "现行")), 0.0),
        (compared(("甲市", "60家", "现行")), 0.5),
        (compared(), 0.0),
        (compared(("甲市", "文号", "60家", "现行"), ("乙市", NOT_MENTIONED, "…", "现行")), 1.0),
        (compared(("甲市", "60家", NOT_MENTIONED, "现行"), ("乙市", NOT_MENTIONED, "2020年", "现行"), columns=2), 1.0),
        (compared(("甲市", NOT_MENTIONED, "60家", "现行"), ("乙市", NOT_MENTIONED, "2020年", "现行"), columns=2), 0.5),
        (said("甲市60家。", case=replace(CASE, cells={"甲市": (("60家",),)})), 0.0),
        (refused(replace(CASE, cells={"甲市": (("60家",),)})), 0.0),
        (said("…"), None),
    ],
)
def test_comparison_cells(trial: Trial, share: float | None) -> None:
    assert METRIC["comparison_cells"](trial) == share


@pytest.mark.parametrize(
    ("trial", "precision", "recall", "over"),
    [
        (refused(UNANSWERABLE), 1.0, 1.0, None),
        (refused(CASE), 0.0, None, 1.0),
        (said("…", case=UNANSWERABLE), None, 0.0, None),
        (said("…"), None, None, 0.0),
    ],
)
def test_refusals(trial: Trial, precision: float | None, recall: float | None, over: float | None) -> None:
    assert METRIC["refusal_precision"](trial) == precision
    assert METRIC["refusal_recall"](trial) == recall
    assert METRIC["over_refusal"](trial) == over


def test_a_hit_is_among_the_first_five_distinct_clauses() -> None:
    others = [(THERE, f"{n}") for n in "三四五六七"]
    assert METRIC["hit_at_5"](found(*others[:4], (HERE, "一"))) == 1.0
    assert METRIC["hit_at_5"](found(*others, (HERE, "一"))) == 0.0
    assert METRIC["hit_at_5"](found(*others[:4], *others[:4], (HERE, "二·(一)·2"))) == 1.0
    assert METRIC["hit_at_5"](found((HERE, "二·(二)"))) == 0.0
    assert METRIC["hit_at_5"](found()) == 0.0
    assert METRIC["hit_at_5"](refused(UNANSWERABLE)) is None
    assert METRIC["hit_at_5"](said("…", case=replace(CASE, type=Type.METADATA))) is None


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: str(metric.name))
@pytest.mark.parametrize("case", [CASE, UNANSWERABLE], ids=lambda case: str(case.id))
def test_a_crash_never_improves_a_metric(metric: Metric, case: Case) -> None:
    scores = [
        metric(trial) for trial in (refused(case), said("…", case=case), said("…", citations=(FIGURE,), case=case))
    ]
    crashed = metric.crashed(case)
    if metric.total or not metric.applies(case):
        assert crashed is None
    else:
        defined = [score for score in (crashed, *scores) if score is not None]
        assert crashed == (max(defined) if metric.lower_is_better else min(defined))


def test_undefined_scores_are_left_out_of_means_and_totals() -> None:
    assert METRIC["facts"].over([1.0, None, 0.5]) == 0.75
    assert METRIC["wrong_plan"].over([1.0, None, 2.0]) == 3.0
    assert METRIC["facts"].over([None]) is None


def test_targets() -> None:
    assert METRIC["all_facts"].meets(0.92)
    assert not METRIC["all_facts"].meets(0.919)
    assert METRIC["wrong_plan"].meets(0)
    assert not METRIC["wrong_plan"].meets(1)
    assert METRIC["over_refusal"].meets(1.0)


def test_the_interval_is_seeded_and_holds_the_mean() -> None:
    scores = [1.0] * 30 + [0.0] * 10 + [None]
    low, high = interval(scores) or (0.0, 0.0)
    assert interval(scores) == (low, high)
    assert 0.55 < low < 0.75 < high < 0.9  # normal approximation: 0.75 ± 0.134
    assert interval([1.0, None]) is None
    assert interval([1.0, 1.0]) == (1.0, 1.0)
