"""`python -m eval bench`: the product beside the chain that everybody writes first, on the same questions and models.

That chain is `RecursiveCharacterTextSplitter(500, 50)`, Chroma's top 4 by the same embedding, and one stuff prompt that,
like LangChain's `rlm/rag-prompt`, says what to do where the context has no answer. It uses chromadb directly, being no
part of the product.

Each side runs in a process of its own, one after the other, and its memory is watched from here. The first question
only starts a side up, and is not among the warm figures. A third process replays the prompts of our side straight
against llama.cpp: it is fresh and gets them in the same order, so its prompt cache is in the state it was in for us,
and it writes as many tokens as were written then. What our answers took beyond that is what we add to the model.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import KW_ONLY, asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from assistant.settings import Settings
from eval import cases as case_file
from eval.cases import Case, Type
from eval.metrics import Trial
from eval.metrics.facts import holds
from eval.report import aligned

if TYPE_CHECKING:  # the models' libraries are for the processes that run a side
    from assistant.model.chat import ChatModel, Piece

_ASKED = (Type.FIGURE, Type.TEXT, Type.LEAD)
_CHUNK, _OVERLAP, _TOP = 500, 50, 4
_MAX_TOKENS = 512
_SYSTEM = "你是政策问答助手。只根据资料回答问题，并用[编号]注明出处；资料中没有的，回答“资料中未提及”。"
_MARK = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Asked:
    """One warm question: seconds for retrieval, first shown sentence, whole answer; tokens read; share of facts."""

    id: str
    retrieve: float
    first: float
    total: float
    prompt_tokens: int
    evidence: str
    text: str
    facts: float


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the chat model. `measured` is false for the question that starts a side up."""

    system: str
    user: str
    tokens: int
    measured: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What one process measured; seconds are counted from its start. `peak` is bytes, filled in by who watched it."""

    ready: float
    first_answer: float
    asked: tuple[Asked, ...] = ()
    calls: tuple[Call, ...] = ()
    peak: int = 0

    @classmethod
    def read(cls, path: Path) -> Side:
        """What `write` wrote."""
        value = json.loads(path.read_text(encoding="utf-8"))
        asked = tuple(Asked(**a) for a in value.pop("asked"))
        return cls(**value | {"asked": asked, "calls": tuple(Call(**c) for c in value["calls"])})

    def write(self, path: Path) -> None:
        """Keep it as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")


@dataclass(frozen=True)
class Recorder:
    """A chat model that keeps each prompt and how many tokens were written, also when the reader stopped it."""

    model: ChatModel
    calls: list[Call] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The model's own."""
        return self.model.name

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        """What the model says."""
        seen = tokens = 0
        with closing(self.model.stream(system, user, max_tokens=max_tokens)) as pieces:  # type: ignore[type-var]
            try:
                for piece in pieces:
                    seen += bool(piece.text)
                    tokens = max(tokens, piece.completion_tokens)
                    yield piece
            finally:
                self.calls.append(Call(system, user, tokens or seen, measured=False))

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        """What the model says; one token."""
        told = self.model.first_tokens(system, user)
        self.calls.append(Call(system, user, 1, measured=False))
        return told


@dataclass(frozen=True, slots=True)
class Alone:
    """The model by itself: seconds for the calls of the measured questions, tokens of each side's evidence by question."""

    seconds: float
    ours: tuple[int, ...]
    plain: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result, with what our value or its ratio to the plain chain's should be at most."""

    name: str
    ours: float | None
    plain: float | None
    _: KW_ONLY
    at_most: float | None = None
    ratio_at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours / plain."""
        return self.ours / self.plain if self.ours is not None and self.plain else None

    @property
    def target(self) -> float | None:
        """Whichever of the two limits there is."""
        return self.at_most if self.at_most is not None else self.ratio_at_most

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without a target or a value."""
        value = self.ours if self.at_most is not None else self.ratio
        return None if self.target is None or value is None else value <= self.target

    def to_dict(self) -> dict[str, Any]:
        """For the result file."""
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


def choose(cases: Iterable[Case], count: int, seed: int) -> tuple[Case, ...]:
    """One case to start up with and `count` to measure: answerable from a clause or a few, without history.

    The first is one of text where there is any, being the surest to need the chat model. Raises ValueError.
    """
    fit = [case for case in cases if case.answerable and case.type in _ASKED and not case.history]
    if len(fit) < count + 1:
        raise ValueError(f"只有 {len(fit)} 道合适的题，测 {count} 题要 {count + 1} 道")
    drawn = random.Random(seed).sample(fit, len(fit))
    start = next((case for case in drawn if case.type is Type.TEXT), drawn[0])
    return (start, *[case for case in drawn if case is not start][:count])


def figures(ours: Side, plain: Side, warm: tuple[Side, Side], alone: Alone) -> tuple[Figure, ...]:
    """All lines of the result. Evidence is compared over the questions on which ours asked the model at all."""
    sides = (ours, plain)
    asked = [i for i, question in enumerate(ours.asked) if question.prompt_tokens]
    retrieval, whole, read, facts = (
        [[getattr(a, name) for a in side.asked] for side in sides]
        for name in ("retrieve", "total", "prompt_tokens", "facts")
    )
    evidence = [[tokens[i] for i in asked] for tokens in (alone.ours, alone.plain)]
    first = [a.first for a in ours.asked]
    with_model = sum(ours.asked[i].total for i in asked)
    return (
        Figure("冷启动到可以提问（秒）", ours.ready, plain.ready),
        Figure("冷启动到答完首题（秒）", ours.first_answer, plain.first_answer),
        Figure("再启动到可以提问（秒）", *(side.ready for side in warm)),
        Figure("再启动到答完首题（秒）", *(side.first_answer for side in warm)),
        Figure("建索引（冷启动与再启动之差，秒）", *(s.ready - w.ready for s, w in zip(sides, warm, strict=True))),
        Figure("检索 p50（毫秒）", *(_percentile(v, 50) * 1000 for v in retrieval), at_most=100),
        Figure("检索 p95（毫秒）", *(_percentile(v, 95) * 1000 for v in retrieval)),
        Figure(
            "首个已核句子 p50，对照为整段（秒）", _percentile(first, 50), _percentile(whole[1], 50), ratio_at_most=0.5
        ),
        Figure("整段回答 p50（秒）", *(_percentile(v, 50) for v in whole)),
        Figure("整段回答 p95（秒）", *(_percentile(v, 95) for v in whole)),
        Figure("提示词均长（词元）", *map(fmean, read)),
        Figure("证据均长（词元，问过模型的题）", *map(_mean, evidence), ratio_at_most=1 / 3),
        Figure("事实召回", *map(fmean, facts)),
        Figure("内存峰值（GB）", *(side.peak / 1e9 for side in sides), at_most=4),
        Figure("问过模型的题数", len(asked), len(plain.asked)),
        Figure("问过模型的题用时，对照为模型独自用时（秒）", with_model, alone.seconds),
    )


def printed(lines: Iterable[Figure]) -> str:
    """The result as a table for a terminal."""
    table = [["", "政答", "对照", "比", "目标"]]
    for line in lines:
        goal = "" if line.target is None else f"≤{line.target:.3g} {'✓' if line.met else '✗'}"
        table.append([line.name, *map(_number, (line.ours, line.plain, line.ratio)), goal])
    return aligned(table)


def watch(command: Sequence[str], every: float = 0.05) -> int:
    """Run `command`; the most bytes that it and its children held at once. Raises CalledProcessError if it fails."""
    process = subprocess.Popen(command)
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        peak = max(peak, _resident(watched))
        time.sleep(every)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak


def seconds_of(action: Callable[[], object]) -> float:
    """How long `action` takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def ours(settings: Settings, questions: Sequence[Case]) -> Side:
    """The product, asked through its stream of events."""
    from assistant.model.chat import chat_model
    from assistant.pipeline import Assistant
    from assistant.types import Answer, Checked

    model = Recorder(_given(chat_model(settings)))
    assistant = Assistant(settings, model=model)
    assistant.prepare()
    ready = _since_start()

    def ask(case: Case) -> Asked:
        started = time.perf_counter()
        first = answer = None
        for event in assistant.stream(case.question):
            if isinstance(event, Checked) and first is None:
                first = time.perf_counter() - started
            if isinstance(event, Answer):
                answer = event
        if answer is None:
            raise RuntimeError(f"{case.id}: the stream ended without an answer")
        total = time.perf_counter() - started
        evidence = "\n".join(e.text for e in answer.evidence)
        retrieve = answer.timings.retrieve or seconds_of(lambda: assistant.index.search(case.question))
        found = _found(case, Trial(case, answer, {}).shown)
        read_tokens = answer.usage.prompt_tokens
        return Asked(case.id, retrieve, first or total, total, read_tokens, evidence, answer.text, found)

    return _asked(ask, model, questions, ready, model.calls)


def plain(settings: Settings, questions: Sequence[Case]) -> Side:
    """The chain that everybody writes first."""
    import chromadb
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from assistant.model.chat import chat_model
    from index.readers.files import policy_files, read

    embedder, chat = settings.embedder(), _given(chat_model(settings))
    chunks = chromadb.PersistentClient(path=str(settings.index_dir)).get_or_create_collection(
        "chunks", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
    )
    if not chunks.count():
        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        texts = [chunk for path in policy_files(settings.docs) for chunk in splitter.split_text(read(path).text)]
        chunks.add(ids=[str(i) for i in range(len(texts))], documents=texts, embeddings=embedder.embed_passages(texts))
    embedder.embed_queries(["就绪"])
    ready = _since_start()

    def ask(case: Case) -> Asked:
        started = time.perf_counter()
        vector = embedder.embed_queries([case.question])
        top: list[str] = chunks.query(query_embeddings=vector, n_results=_TOP)["documents"][0]
        retrieve = time.perf_counter() - started
        evidence = "\n\n".join(f"[{n}] {text}" for n, text in enumerate(top, start=1))
        pieces = list(chat.stream(_SYSTEM, f"资料：\n{evidence}\n\n问题：{case.question}", max_tokens=_MAX_TOKENS))
        total = time.perf_counter() - started
        text = "".join(piece.text for piece in pieces)
        read_tokens = max(piece.prompt_tokens for piece in pieces)
        found = _found(case, [_MARK.sub("", text)])
        return Asked(case.id, retrieve, total, total, read_tokens, "\n".join(top), text, found)

    return _asked(ask, chat, questions, ready, [])


def replay(settings: Settings, of_ours: Side, of_plain: Side) -> Alone:
    """The calls of our side against llama.cpp itself, and its count of the tokens of both sides' evidence."""
    from assistant.model.local import LocalServer

    server = LocalServer(settings.cache_dir)
    api = server.base_url

    def post(url: str, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {server.api_key}", "Content-Type": "application/json"}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
            return json.load(response)

    def complete(call: Call) -> None:
        messages = [{"role": "system", "content": call.system}, {"role": "user", "content": call.user}]
        length = {"max_tokens": max(1, call.tokens), "ignore_eos": True}
        post(f"{api}/chat/completions", {"messages": messages, "temperature": 0, "seed": 0} | length)

    def count(side: Side) -> tuple[int, ...]:
        url = f"{api.removesuffix('/v1')}/tokenize"
        return tuple(len(post(url, {"content": a.evidence})["tokens"]) for a in side.asked)

    seconds = [seconds_of(partial(complete, call)) for call in of_ours.calls]
    measured = sum(took for took, call in zip(seconds, of_ours.calls, strict=True) if call.measured)
    return Alone(measured, count(of_ours), count(of_plain))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval bench`; --side and what follows it are for the processes that it starts."""
    parser.add_argument("--questions", type=int, default=12, metavar="N", help="测几题（默认 12）")
    parser.add_argument("--seed", type=int, default=0, help="选题的种子")
    parser.add_argument("--docs", type=Path, metavar="DIR", help="政策文件所在文件夹")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("runs"), help="结果写到哪里（默认 runs）")
    parser.add_argument("--side", choices=["ours", "plain", "model"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--warm", action="store_true", help=argparse.SUPPRESS)


def main(options: argparse.Namespace) -> int:
    """Measure both sides and print the result; 0 whether the targets are met or not."""
    if options.side:
        _run_side(options)
        return 0
    _fill_cache(Settings().cache_dir)
    with tempfile.TemporaryDirectory(prefix="zhengda-bench-") as name:
        folder = Path(name)
        command = [sys.executable, "-m", "eval", "bench", "--folder", name]
        command += ["--questions", str(options.questions), "--seed", str(options.seed)]
        command += ["--docs", str(options.docs)] if options.docs else []
        cold, warm = [], []
        for side in ("ours", "plain"):
            peak = watch([*command, "--side", side])
            cold.append(replace(Side.read(folder / f"{side}.json"), peak=peak))
            watch([*command, "--side", side, "--warm"])
            warm.append(Side.read(folder / f"{side}-warm.json"))
        watch([*command, "--side", "model"])
        alone = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    lines = figures(cold[0], cold[1], (warm[0], warm[1]), Alone(**alone))
    print(printed(lines))
    options.out.mkdir(parents=True, exist_ok=True)
    questions = [
        {"id": a.id, "ours": {"text": a.text, "facts": a.facts}, "plain": {"text": b.text, "facts": b.facts}}
        for a, b in zip(cold[0].asked, cold[1].asked, strict=True)
    ]
    result = {"cores": os.cpu_count(), "figures": [line.to_dict() for line in lines], "questions": questions}
    path = options.out / f"bench-{datetime.now():%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"结果：{path}")
    return 0


def _fill_cache(cache_dir: Path) -> None:
    """Making the models' files happens once per installation and is no part of a start."""
    from assistant.model.local import model_file
    from index.store import e5

    e5.folder(cache_dir)
    model_file(cache_dir)


def _run_side(options: argparse.Namespace) -> None:
    folder: Path = options.folder
    given = {"docs": options.docs} if options.docs else {}
    settings = Settings(llm="bundled", llm_base_url=None, index_dir=folder / f"{options.side}-index", **given)
    if options.side == "model":
        alone = replay(settings, Side.read(folder / "ours.json"), Side.read(folder / "plain.json"))
        (folder / "model.json").write_text(json.dumps(asdict(alone)), encoding="utf-8")
        return
    questions = choose(case_file.load(), options.questions, options.seed)[: 1 if options.warm else None]
    measured = {"ours": ours, "plain": plain}[options.side](settings, questions)
    measured.write(folder / f"{options.side}{'-warm' if options.warm else ''}.json")


def _asked(
    ask: Callable[[Case], Asked], model: ChatModel, questions: Sequence[Case], ready: float, calls: Sequence[Call]
) -> Side:
    """Start up with the first question, load the model if that has not, measure the other questions."""
    ask(questions[0])
    first_answer = _since_start()
    list(model.stream(_SYSTEM, "你好", max_tokens=1))
    before = len(calls)
    asked = tuple(map(ask, questions[1:]))
    return Side(ready, first_answer, asked, tuple(replace(call, measured=i >= before) for i, call in enumerate(calls)))


def _given(model: ChatModel | None) -> ChatModel:
    if model is None:
        raise ValueError("没有大模型可测：请不要设 llm=off")
    return model


def _found(case: Case, texts: Sequence[str]) -> float:
    return fmean(any(holds(texts, wording) for wording in fact) for fact in case.facts)


def _since_start() -> float:
    return time.time() - float(psutil.Process().create_time())


def _resident(process: psutil.Process) -> int:
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _percentile(values: Sequence[float], p: int) -> float:
    return float(np.percentile(values, p))


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"
