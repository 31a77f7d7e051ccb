"""Sentences of real plans, and what a program made of them: true variants that must pass, false ones that must not.

From the plans beside the project, else from the digests in it, and from 599 documents of provinces and cities (NCP), each
described and split by the product. NCP gives a document on one line with a blank between paragraphs; those are made line
breaks. Every choice is seeded by the sentence. What is excluded so that labels hold is said in `restated` and `swapped`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from eval.checker.pairs import DIGESTS, SHARED, Group, Pair, absent, digest, library, plan, rarity_in
from eval.checker.restated import RESTATED
from eval.checker.restated import TWO_SOURCES as JOINED
from eval.checker.subject import Subject, subjects
from eval.checker.swapped import SWAPPED
from eval.checker.swapped import TWO_SOURCES as NEIGHBOURS
from index.readers.files import RawText
from index.store.library import Library
from index.types import Plan

NAME, LABEL = "swaps", "真句与换一处的假句"
PLANS, NCP = SHARED / "plans", SHARED / "data" / "ncp"
MOST_OF_A_KIND = 200
_MOST_OF_A_DOCUMENT = 6


def load(most: int = MOST_OF_A_KIND) -> Group:
    """Up to `most` pairs of each kind, from whatever is there."""
    missing = tuple(absent(p) for p in (PLANS, NCP) if not p.is_dir())
    plans = library(PLANS if PLANS.is_dir() else DIGESTS)
    held = [Plan(d, plans.passages(d.id)) for d in plans.documents]
    return group([*held, *(_ncp(NCP) if NCP.is_dir() else ())], most, missing)


def group(plans: Iterable[Plan], most: int = MOST_OF_A_KIND, missing: tuple[str, ...] = ()) -> Group:
    """The pairs made from `plans`."""
    held = {plan.document.id: plan for plan in plans}
    sentences = {s.text: s for s in subjects(Library(list(held.values())))}
    pairs = [pair for kind in (*RESTATED, *SWAPPED) for pair in _chosen(kind, sentences.values(), most)]
    return Group(NAME, LABEL, tuple(pairs), rarity_in(list(held.values())), missing=missing)


def variants(subject: Subject, kind: str) -> list[str]:
    """The variants of that kind, in the order of the sentence."""
    made = RESTATED[kind](subject) if kind in RESTATED else SWAPPED[kind](subject, Random(digest(kind, subject.text)))
    return [v for v in dict.fromkeys(made) if kind in RESTATED or v not in subject.said]


def _chosen(kind: str, sentences: Iterable[Subject], most: int) -> Iterator[Pair]:
    """Pairs of a kind: the sentences in the order of a hash, one variant of each, not too many of one document."""
    of_document: dict[str, int] = defaultdict(int)
    made = 0
    for subject in sorted(sentences, key=lambda s: digest(kind, s.text)):
        document = subject.source.document.id
        if made == most:
            return
        if of_document[document] == _MOST_OF_A_DOCUMENT:
            continue
        found = variants(subject, kind)
        if found:
            sentence = Random(digest(subject.text)).choice(found)
            two = kind in JOINED | NEIGHBOURS
            sources = (subject.source, *subject.next[:two])
            yield Pair(f"{NAME}-{digest(kind, sentence)}", NAME, kind, sources, sentence, kind in RESTATED)
            of_document[document] += 1
            made += 1


def _ncp(folder: Path) -> Iterator[Plan]:
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        with path.open(encoding="utf-8") as lines:
            texts |= {row["docid"]: row["context"] for row in map(json.loads, lines)}
    for name, text in texts.items():
        yield plan(RawText(name[:16], f"{name}.txt", text.replace(" ", "\n")))
