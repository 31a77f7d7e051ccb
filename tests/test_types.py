"""The answer's text, Markdown and JSON, as `docs` and callers rely on them."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from assistant.types import (
    Answer,
    Cell,
    Checks,
    Citation,
    Evidence,
    Outcome,
    Sentence,
    Table,
    Timings,
    Usage,
)
from index.types import Document, Kind, Passage, Period, Status, Validity

CHECKS = Checks(True, True, 0.93456)
TEXT = "厦门市海绵城市方案\n一、目标\n建成海绵公园12座。\n投资3亿元。"
DOCUMENT = Document(
    id="d1",
    source="厦门.txt",
    text=TEXT,
    title="厦门市海绵城市方案",
    number="厦海〔2020〕3号",
    issuer="厦门市人民政府",
    region="厦门市",
    issued=date(2020, 2, 3),
    period=Period(2020, 2022),
    kind=Kind.FORMAL,
)
AT = TEXT.index("建成")
CITATION = Citation(1, DOCUMENT, "一", AT, AT + 10, Status.LAPSED, "期限已满")
SENTENCE = Sentence("建成海绵公园12座。", (1,), CHECKS)
ANSWER = Answer(
    question="目标？",
    resolved_question="厦门的目标？",
    status=Outcome.ANSWERED,
    as_of=date(2026, 1, 2),
    sentences=(SENTENCE,),
    citations=(CITATION,),
    notices=("请注意。",),
    evidence=(Evidence("d1", "厦门.txt", "一", AT, AT + 10, "建成海绵公园12座。", 0.123456),),
    timings=Timings(0.1, 0.2, 0.3, 0.05),
    usage=Usage(100, 20),
    models={"chat": "m"},
    prompts={"answer_system": "0badcafe"},
)


def test_a_quote_is_cut_from_the_document() -> None:
    assert CITATION.quote == "建成海绵公园12座。"
    with pytest.raises(FrozenInstanceError):
        CITATION.start = 0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "numbers", "marked"),
    [
        ("建成12座。", (1,), "建成12座[1]。"),
        ("建成12座。", (1, 3), "建成12座[1][3]。"),
        ("建成12座；", (2,), "建成12座[2]；"),
        ("建成12座", (1,), "建成12座[1]"),
        ("如下：", (1,), "如下：[1]"),
        ("建成12座。", (), "建成12座。"),
        ("", (1,), "[1]"),
    ],
)
def test_marks_stand_before_the_closing_punctuation(text: str, numbers: tuple[int, ...], marked: str) -> None:
    assert replace(ANSWER, sentences=(Sentence(text, numbers, CHECKS),)).text == marked


def test_text_ends_with_what_was_not_found() -> None:
    assert (
        replace(ANSWER, status=Outcome.PARTLY, reason="没有青岛的计划。").text
        == "建成海绵公园12座[1]。\n没有青岛的计划。"
    )


@pytest.mark.parametrize(("reason", "text"), [("没有提到。", "没有提到。"), (None, "")])
def test_the_text_of_a_refusal_is_its_reason(reason: str | None, text: str) -> None:
    assert replace(ANSWER, status=Outcome.REFUSED, reason=reason).text == text


def test_markdown_is_text_table_notices_and_numbered_sources() -> None:
    table = Table(
        ("地区", "内容"), ((Cell("厦门|市"), Cell("12座。\n3亿元。", (1,))), (Cell("青岛市"), Cell("未提及")))
    )
    assert replace(ANSWER, table=table).markdown.split("\n\n") == [
        "建成海绵公园12座[1]。",
        "| 地区 | 内容 |\n| --- | --- |\n| 厦门\\|市 | 12座。 3亿元[1]。 |\n| 青岛市 | 未提及 |",
        "> 请注意。",
        "[1] 《厦门市海绵城市方案》厦海〔2020〕3号 一（期限已满）：“建成海绵公园12座。”",
    ]


def test_a_digest_is_called_one_wherever_it_is_a_source() -> None:
    digest = replace(DOCUMENT, digest=True)
    cited = (replace(CITATION, document=digest),)
    source = "[1] 《厦门市海绵城市方案（摘编）》厦海〔2020〕3号 一（期限已满）：“建成海绵公园12座。”"
    assert replace(ANSWER, citations=cited).markdown.endswith(source)
    refused = replace(ANSWER, status=Outcome.REFUSED, sentences=(), citations=(), nearest=cited)
    assert refused.markdown.endswith(source)
    said = cited[0].to_dict()["document"]
    assert (said["title"], said["digest"]) == ("厦门市海绵城市方案", True)


def test_the_json_form() -> None:
    table = Table(("地区",), ((Cell("厦门市", (1,)),),))
    form = json.loads(json.dumps(replace(ANSWER, table=table).to_dict()))
    assert form == {
        "question": "目标？",
        "resolved_question": "厦门的目标？",
        "status": "answered",
        "reason": None,
        "text": "建成海绵公园12座[1]。",
        "sentences": [
            {
                "text": "建成海绵公园12座。",
                "quoted": False,
                "citations": [1],
                "opens": "",
                "checks": {"numbers": True, "place": True, "content": 0.935},
                "computed": [],
            }
        ],
        "citations": [
            {
                "number": 1,
                "address": "一",
                "quote": "建成海绵公园12座。",
                "marked": [],
                "start": AT,
                "end": AT + 10,
                "document": {
                    "id": "d1",
                    "source": "厦门.txt",
                    "title": "厦门市海绵城市方案",
                    "digest": False,
                    "number": "厦海〔2020〕3号",
                    "issuer": "厦门市人民政府",
                    "region": "厦门市",
                    "issued": "2020-02-03",
                    "published": None,
                    "period": "2020–2022",
                    "kind": "正式文件",
                    "about": None,
                    "status": "期限已满",
                    "status_basis": "期限已满",
                    "newer": None,
                },
            }
        ],
        "nearest": [],
        "table": {"columns": ["地区"], "rows": [[{"text": "厦门市", "citations": [1]}]]},
        "notices": ["请注意。"],
        "problems": [],
        "evidence": [
            {
                "source": "厦门.txt",
                "address": "一",
                "start": AT,
                "end": AT + 10,
                "text": "建成海绵公园12座。",
                "score": 0.1235,
            }
        ],
        "route": "",
        "draft": None,
        "timings": {"retrieve": 0.1, "first_sentence": 0.2, "total": 0.3, "model": 0.05},
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
        "models": {"chat": "m"},
        "prompts": {"answer_system": "0badcafe"},
        "odds": None,
        "as_of": "2026-01-02",
    }


def test_fields_that_a_document_has_not_are_null_in_json() -> None:
    bare = Citation(1, Document("d2", "x.txt", "正文", "无题"), "引言", 0, 2, Status.UNKNOWN, "未写明")
    document = bare.to_dict()["document"]
    assert [name for name, value in document.items() if value is None] == [
        "number",
        "issuer",
        "region",
        "issued",
        "published",
        "period",
        "kind",
        "about",
        "newer",
    ]


@pytest.mark.parametrize(
    ("changes", "as_of", "status"),
    [
        ({}, date(2022, 12, 31), Status.UNKNOWN),
        ({}, date(2023, 1, 1), Status.LAPSED),
        ({"period": None}, date(2030, 1, 1), Status.UNKNOWN),
        ({"stated": Validity(Status.STOPPED, "停止执行")}, date(2021, 1, 1), Status.STOPPED),
        ({"stated": Validity(Status.IN_FORCE, "现行有效")}, date(2030, 1, 1), Status.IN_FORCE),
    ],
)
def test_a_status_is_what_the_text_states_else_what_the_calendar_says(
    changes: dict[str, object], as_of: date, status: Status
) -> None:
    assert replace(DOCUMENT, **changes).validity(as_of).status is status  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "clause"),
    [
        ("第一章·第二条·第2段", "第一章·第二条"),
        ("第一章·第二条·(一)·第2段", "第一章·第二条"),
        ("第二条", "第二条"),
        ("第二编·第一百条之一·(三)", "第二编·第一百条之一"),
        ("第二条(2)·第3段", "第二条(2)"),
        ("三·(四)·8", "三·(四)·8"),
        ("三·(四)·8·第2段", "三·(四)·8"),
        ("附件1·第三条·(二)", "附件1·第三条"),
        ("文首", "文首"),
    ],
)
def test_the_clause_is_the_article_of_a_law_or_what_is_numbered(address: str, clause: str) -> None:
    assert Passage("d", address, (), 0, 1, ()).clause == ("d", clause)
