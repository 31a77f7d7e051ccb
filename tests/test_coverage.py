"""How much of some words a text covers."""

from __future__ import annotations

import pytest

from assistant.question.coverage import Term, coverage, normalized, synonyms


def even(_: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("words", "text", "share"),
    [
        (["渔船", "补助"], "渔船每艘补助1800元", 1.0),
        (["渔船", "码头"], "渔船每艘补助1800元", 0.5),
        (["地铁"], "渔船每艘补助1800元", 0.0),
        ([], "渔船", 1.0),
        (["wlan"], "建设WLAN热点", 1.0),  # case does not count
        (["增速"], "增幅达到5%", 1.0),  # a synonym
        (["体测"], "体质测量每年一次", 0.8),  # two characters that abbreviate 体质测量
        (["测体"], "体质测量每年一次", 0.0),
        (["专项资金"], "设立专项基金", 1 / 3),  # of 专项, 项资, 资金 only the first
    ],
)
def test_the_share_of_the_words_that_a_text_holds(words: list[str], text: str, share: float) -> None:
    assert coverage([Term(w) for w in words], normalized(text), even) == pytest.approx(share)


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    def idf(word: str) -> float:
        return {"渔船": 0.9, "建设": 0.1}[word]

    terms = [Term("渔船"), Term("建设")]
    assert coverage(terms, "渔船", idf) > 0.5 > coverage(terms, "建设", idf) > 0


def test_a_near_word_counts_for_what_it_is_given_and_the_word_itself_for_all() -> None:
    term = Term("舢板", near=(("渔船", 0.6), ("码头", 0.4)))
    assert [coverage([term], text, even) for text in ("码头", "码头和渔船", "舢板和渔船", "桥吊")] == [0.4, 0.6, 1, 0]


def test_a_term_weighs_as_much_as_it_is_told_to() -> None:
    assert coverage([Term("渔船", 3.0), Term("码头", 1.0)], "渔船", even) == pytest.approx(0.75)
    assert coverage([Term("渔船", 0.0)], "码头", even) == 1.0


@pytest.mark.parametrize(
    ("text", "same"),
    [("“ＡＩ＋”　港口", "AI+港口"), ("「智慧」 码头\n", "智慧码头"), ("５Ｇ", "5g"), ("‘一网’", '"一网"')],
)
def test_width_case_blanks_and_quotation_marks_make_no_difference(text: str, same: str) -> None:
    assert normalized(text) == normalized(same)


def test_a_word_is_among_its_own_synonyms_and_they_are_mutual() -> None:
    groups = synonyms()
    assert groups
    for word, group in groups.items():
        assert group[0] == word
        assert all(word in groups[other] for other in group)
