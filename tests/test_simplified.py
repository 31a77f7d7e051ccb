"""Traditional Chinese is found by simplified words and shown as printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Outcome
from index.build import build
from index.chinese.simplified import is_traditional, simplified
from index.search import Index
from index.store.embed import HashEmbedder

TEXT = "澎湖縣漁業資訊計畫\n第一條　補助漁船加裝資訊設備，每艘八千元。\n第二條　漁會負責網路維護。\n"


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("漁業資訊", "渔业信息"),
        ("渔业信息", "渔业信息"),
        ("补助渔船的著作权登记，应当于三十日内办理", "补助渔船的著作权登记，应当于三十日内办理"),
        ("", ""),
        ("ABC 123", "ABC 123"),
    ],
)
def test_only_traditional_text_is_turned(text: str, turned: str) -> None:
    assert simplified(text) == turned
    assert is_traditional(text) == (text != turned)


def test_a_stray_character_does_not_make_a_text_traditional() -> None:
    assert not is_traditional("复工後加强渔船的安全检查，落实渔港防风措施")


def test_a_traditional_document_is_found_and_shown_as_printed(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "甲.txt").write_bytes(TEXT.encode("big5"))
    (docs / "乙.txt").write_text("舟山市渔业方案\n一、目标\n建设渔港。\n", encoding="utf-8")
    build(docs, tmp_path / "index", HashEmbedder())
    index = Index.open(tmp_path / "index", HashEmbedder())
    for query in ("渔船加装信息设备", "漁船加裝資訊設備"):
        for leg in (index.keyword, index.dense, index.search):
            best = leg(query)[0]
            document = index.document(best.passage.document_id)
            assert best.passage.address == "第一條"
            assert document.text[best.span.start : best.span.end] == "第一條　補助漁船加裝資訊設備，每艘八千元。"
    index.close()


@pytest.mark.parametrize(
    "question",
    [
        "澎湖漁船加裝資訊設備每艘補助多少元？",
        "澎湖的渔船加装信息设备每艘补助多少元？",
        "《澎湖縣漁業資訊計畫》補助漁船加裝資訊設備多少元？",
    ],
)
def test_a_traditional_document_answers_questions_in_either_script(tmp_path: Path, question: str) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "甲.txt").write_text(TEXT, encoding="utf-8")
    build(docs, tmp_path / "index", HashEmbedder())
    index = Index.open(tmp_path / "index", HashEmbedder())
    answer = Assistant(Settings(llm="off"), index=index).answer(question)
    assert answer.status is Outcome.ANSWERED, answer.reason
    assert "補助漁船加裝資訊設備，每艘八千元" in answer.text
    assert answer.question == question
    index.close()
