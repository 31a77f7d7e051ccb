"""STARD (Su et al. 2024): lay questions with the law articles that answer them. Retrieval alone, no chat model.

The library are 3,445 laws and regulations, about 430,000 sentences, built by `index.build` in an index of their own
beside the usual one. Each question is put to the dense leg, to the keyword leg and to both fused, as `Index` offers
them. What is ranked is articles (第…条 with the paragraphs and items below): of a ranking of sentences each article
counts where it comes first.

A gold is the text of an article. It is found by its characters, without blanks and punctuation, in any article of the
library that contains it: versions of one law repeat each other, and whichever is found answers the question. A gold
that no article contains is left out and counted.
"""

from __future__ import annotations

import json
import re
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.settings import Settings
from eval.ask import Row
from eval.cases import Case, CaseError, Expectation
from eval.datasets.dataset import Dataset, data, half, without_targets
from eval.metrics import mrr_at_10, recall_at, success_at_10
from eval.metrics.ranking import Ranking
from eval.paired import ratio_to_better
from index.build import build
from index.search import Index
from index.store.snapshot import NoIndex
from index.types import Hit

DENSE, KEYWORD, FUSED = "dense", "keyword", "fused"
_DEPTH = 300  # sentences taken from a leg, or clauses from both
_SHOWN = 10
_NOT_TEXT = re.compile(r"[\W_]+")
_KEY = 8  # characters by which golds are looked up
_RECALLS = tuple(map(recall_at.recall_at, (10, 5, 20)))


Clause = tuple[str, str]  # document and address, as `Passage.clause` has it


def cases() -> tuple[Case, ...]:
    """All questions; the gold are texts of articles."""
    path = data("stard", "train_queries.json")
    try:
        return tuple(
            Case(
                id=str(record["query_id"]),
                type=FUSED,
                split=half(str(record["query_id"])),
                question=record["问题"],
                expect=Expectation.ANSWER,
                gold=tuple(dict.fromkeys(filter(bare, record["相关法规"].values()))),
            )
            for record in json.loads(path.read_text(encoding="utf-8"))
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaseError(f"{path.name} 不是 STARD 的格式：{error!r}") from error


def laws(settings: Settings, chosen: Sequence[Case]) -> Settings:
    """The laws, in an index of their own; built here only where none can be opened, since that takes most of an hour."""
    docs = data("laws")
    own = settings.model_copy(update={"docs": docs, "index_dir": Settings.for_docs(docs).index_dir})
    try:
        Index.open(own.index_dir, own.embedder(), own.chroma_url).close()
    except NoIndex:
        print(f"正在为 {own.docs.name} 建索引（约 41 万句，两核一两小时，可中断再续）…", file=sys.stderr)
        build(own.docs, own.index_dir, own.embedder(), progress=True, server=own.chroma_url)
    return own


def rank(settings: Settings, chosen: Sequence[Case]) -> Iterator[Row]:
    """Three rows for each question: what each leg and both together found."""
    index = Index.open(settings.index_dir, settings.embedder(), settings.chroma_url)
    try:
        holders = held(index, {gold for case in chosen for gold in case.gold})
        print(f"标准条文 {sum(map(bool, holders.values()))}/{len(holders)} 种在库中", file=sys.stderr)
        titles = {document.id: document.title for document in index.documents}
        for case in chosen:
            for leg, search in legs(index).items():
                started = time.perf_counter()
                articles = list(dict.fromkeys(hit.passage.clause for hit in search(case.question, k=_DEPTH)))
                yield _row(case, leg, articles, holders, titles, time.perf_counter() - started)
    finally:
        index.close()


def legs(index: Index) -> Mapping[str, Callable[..., list[Hit]]]:
    """The two legs alone and both fused."""
    return {DENSE: index.dense, KEYWORD: index.keyword, FUSED: index.clauses}


def held(index: Index, golds: Iterable[str]) -> dict[str, frozenset[Clause]]:
    """For each gold text the articles that contain it, none where the library lacks it. One document at a time."""
    texts = {gold: bare(gold) for gold in golds}
    by_start = defaultdict(set)
    for gold, text in texts.items():
        by_start[text[:_KEY]].add(gold)
    lengths = sorted({len(start) for start in by_start})
    found: dict[str, set[Clause]] = {gold: set() for gold in texts}
    for document in index.documents:
        for article, passages in groupby(index.passages(document.id), key=lambda passage: passage.clause):
            text = bare("".join(document.text[p.start : p.end] for p in passages))
            for length in lengths:
                for at in range(len(text) - length + 1):
                    for gold in by_start.get(text[at : at + length], ()):
                        if text.startswith(texts[gold], at):
                            found[gold].add(article)
    return {gold: frozenset(articles) for gold, articles in found.items()}


def bare(text: str) -> str:
    """NFKC, without blanks and punctuation."""
    return _NOT_TEXT.sub("", unicodedata.normalize("NFKC", text))


def remarks(rows: Sequence[Row]) -> tuple[str, ...]:
    """What share of the gold the library holds, and what fusing gains over the better leg."""
    fused = [row for row in rows if row.case.type == FUSED]
    golds, absent = {g for row in fused for g in row.case.gold}, {g for row in fused for g in row.absent}
    lines = [
        f"标准条文 {len(golds)} 种，库中有 {len(golds) - len(absent)} 种；其余 {len(absent)} 种不计入，"
        f"{sum(row.absent == row.case.gold for row in fused)} 题因此没有可找的条文。"
    ]
    for metric in (*_RECALLS, mrr_at_10.METRIC):
        by_leg = [
            [score for row in rows if row.case.type == leg and (score := row.scores[metric.name]) is not None]
            for leg in (FUSED, DENSE, KEYWORD)
        ]
        ratio = ratio_to_better(by_leg[0], by_leg[1:])
        if ratio:
            lines.append(f"{metric.label}：融合 / 较好的一路 = {ratio}")
    return tuple(lines)


def _row(
    case: Case,
    leg: str,
    articles: Sequence[Clause],
    holders: Mapping[str, frozenset[Clause]],
    titles: Mapping[str, str],
    seconds: float,
) -> Row:
    place = {article: rank for rank, article in enumerate(articles, start=1)}
    ranks = tuple(
        min((place[a] for a in holders[gold] if a in place), default=None) for gold in case.gold if holders[gold]
    )
    asked = replace(case, id=f"{case.id}-{leg}", type=leg)
    return Row(
        asked,
        None,
        {metric.name: metric(Ranking(asked, ranks)) for metric in DATASET.metrics},
        seconds=seconds,
        ranking=tuple(f"《{titles[document_id]}》{address}" for document_id, address in articles[:_SHOWN]),
        absent=tuple(gold for gold in case.gold if not holders[gold]),
    )


DATASET = Dataset(
    name="stard",
    label="找法条",
    cases=cases,
    metrics=without_targets(
        *_RECALLS,
        mrr_at_10.METRIC,
        replace(success_at_10.METRIC, applies=lambda case: case.type == FUSED, left_out="单路，或标准条文不在库中"),
    ),
    types={DENSE: "向量", KEYWORD: "关键词", FUSED: "融合"},
    decides=success_at_10.METRIC.name,
    library=laws,
    rank=rank,
    rows_per_case=3,
    pooled=FUSED,
    notes=remarks,
)
