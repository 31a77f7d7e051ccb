"""Words of policy texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.chinese import words
from index.chinese.words import cut, cut_for_search, is_word, tag, vocabulary


@pytest.mark.parametrize("word", ["众创空间", "普及率", "容忍度", "覆盖率", "电子病历", "责任单位", "风险池"])
def test_policy_words_stay_whole(word: str) -> None:
    assert word in cut(f"到2020年{word}要求达到95%")
    assert word in cut_for_search(f"到2020年{word}要求达到95%")


def test_every_policy_word_stays_whole_by_itself() -> None:
    listed = words._WORDS.read_text(encoding="utf-8").split()
    assert len(listed) > 100
    assert [word for word in listed if cut(word) != (word,)] == []


@pytest.mark.parametrize(
    "text", ["", "到2020年，网上办理率达95.5%。", " 空 格\n换行\t", "ABC混排1000亿元", "𠮷野家😀", "（〔2016〕88号）"]
)
def test_joined_they_give_the_text_back(text: str) -> None:
    assert "".join(cut(text)) == text
    assert "".join(word for word, _ in tag(text)) == text


def test_shorter_words_are_found_inside() -> None:
    assert {"众创空间", "空间"} <= set(cut_for_search("众创空间"))


def test_tags_and_dictionary() -> None:
    assert dict(tag("在湖州建设"))["湖州"] == "ns"
    assert is_word("建设")
    assert is_word("众创空间")
    assert not is_word("建众设")


def test_vocabulary_follows_the_word_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = vocabulary()
    other = tmp_path / "words.txt"
    other.write_text("新词", encoding="utf-8")
    monkeypatch.setattr(words, "_WORDS", other)
    assert vocabulary() != before
    assert vocabulary() == vocabulary()
