"""A scripted assistant, a server for it, and Debian's Chromium: what the tests of the page drive."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect, sync_playwright

from assistant.settings import Settings
from assistant.types import Answer, Cell, Checked, Checks, Citation, Event, Outcome, Sentence, Stage, Table, Timings
from index.document.split import split
from index.facts.duty import duties
from index.facts.extract import facts
from index.facts.target import targets
from index.settings import ROOT
from index.types import (
    Document,
    Duty,
    Filters,
    Hit,
    Kind,
    Outline,
    Passage,
    Period,
    Plan,
    Span,
    Status,
    Target,
    Validity,
)
from ui.answering import Answering
from ui.app import build

AS_OF = date(2026, 11, 21)
PATIENCE = 20_000  # ms: how long anything on a page may take, on a busy machine
expect.set_options(timeout=PATIENCE)
DESKTOP, PHONE = (1280, 800), (390, 844)
SCREENSHOTS = ROOT / "runs" / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

CLAUSE = "到2018年，全市清洁能源装机达到120万千瓦。"
DUTY = "东片区管网改造于2017年底前完成，总投资30亿元。"
RIVER = Document(
    id="river",
    source="青河.md",
    title="青河市清洁能源发展规划（2016—2018年）",
    number="青政发〔2016〕12号",
    issuer="青河市人民政府",
    region="青河市",
    issued=date(2016, 5, 9),
    period=Period(2016, 2018),
    kind=Kind.FORMAL,
    stated=Validity(Status.STOPPED, "本规划自2020年3月1日起停止执行。"),
    text=f"青河市清洁能源发展规划\n一、发展目标\n{CLAUSE}建成示范园区3个。\n二、重点任务\n（一）管网\n{DUTY}由市住房城乡建设局牵头。\n",
)
POPLAR = Document(
    id="poplar",
    source="白杨.md",
    title="解读白杨县清洁能源行动计划",
    region="白杨县",
    period=Period(2017, 2020),
    kind=Kind.INTERPRETATION,
    text="解读白杨县清洁能源行动计划\n一、目标\n县里的装机目标是45万千瓦。\n",
)


def passages(document: Document) -> tuple[Passage, ...]:
    return split(document)


def outlined(document: Document) -> Outline:
    """The outline of an invented document, which is made with its title and not read."""
    titled = Span(0, len(document.title))
    known = replace(document, read_at={"title": titled, **document.read_at})
    found = facts(known, passages(document)).outline
    assert found
    return found


def passage_at(document: Document, offset: int) -> Passage:
    return next(p for p in reversed(passages(document)) if p.start <= offset)


def cite(number: int, document: Document, quote: str) -> Citation:
    start, validity = document.text.index(quote), document.validity(AS_OF)
    address = passage_at(document, start).address
    return Citation(number, document, address, start, start + len(quote), validity.status, validity.basis)


def sentence(text: str, *citations: Citation, content: float = 1.0) -> Checked:
    checks = Checks(numbers=True, place=True, content=content)
    return Checked(Sentence(text, tuple(c.number for c in citations), checks), citations)


def answer(question: str, *checked: Checked, **fields: object) -> Answer:
    citations = {citation.number: citation for one in checked for citation in one.citations}
    values: dict[str, object] = {
        "status": Outcome.ANSWERED if checked else Outcome.REFUSED,
        "as_of": AS_OF,
        "sentences": tuple(one.sentence for one in checked),
        "citations": tuple(citations.values()),
        "timings": Timings(0.1, 0.5, 3.4, 2.0),
    }
    return Answer(question, question, **(values | fields))  # type: ignore[arg-type]


TARGET = sentence("到2018年，青河市清洁能源装机达到120万千瓦。", cite(1, RIVER, CLAUSE), content=0.93)
PIPES = sentence("东片区管网改造于2017年底前完成，总投资30亿元。", cite(2, RIVER, DUTY))
COUNTY = sentence("白杨县的目标是45万千瓦。", cite(3, POPLAR, "县里的装机目标是45万千瓦。"), content=0.88)
COMPARISON = Table(
    ("项目", "青河市", "白杨县"),
    (
        (Cell("装机目标"), Cell("120万千瓦", (1,)), Cell("45万千瓦", (3,))),
        (Cell("管网改造投资"), Cell("30亿元", (2,)), Cell("未提及")),
    ),
)


def full_answer(question: str) -> Answer:
    return answer(
        question,
        TARGET,
        PIPES,
        COUNTY,
        table=COMPARISON,
        notices=("青河市的这份规划已停止执行，以下内容不再是现行规定。",),
        problems=("“建成示范园区5个”：所引条款中没有这个数。",),
    )


COMPARE = "青河市和白杨县的目标有什么不同？"
PIPES_QUESTION = "东片区管网改造要投多少钱？"
WEATHER = "今天天气怎样？"


@dataclass
class Scripted:
    """Answers each question by its script, and records the histories it was given and the streams that were closed."""

    scripts: Mapping[str, Callable[[], Iterator[Event]]]
    documents: tuple[Document, ...] = (RIVER, POPLAR)
    ready: bool = True
    loading: bool = False
    settings: Settings = field(default_factory=Settings)
    filters: list[Filters | None] = field(default_factory=list)
    histories: list[list[dict[str, str]]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def stream(
        self, question: str, history: Sequence[dict[str, str]] = (), filters: Filters | None = None
    ) -> Iterator[Event]:
        self.histories.append(list(history))
        self.filters.append(filters)
        try:
            yield from self.scripts[question]()
        finally:
            self.ended.append(question)

    @property
    def index(self) -> Scripted:
        """Itself: it has the outlines too."""
        return self

    def outline(self, document_id: str) -> Outline:
        return outlined({d.id: d for d in self.documents}[document_id])

    def passages(self, document: Document) -> tuple[Passage, ...]:
        return passages(document)

    def passage_at(self, document: Document, offset: int) -> Passage:
        return passage_at(document, offset)

    def targets(self) -> tuple[Target, ...]:
        return tuple(t for d in self.documents for p in passages(d) for t in targets(d, p))

    def duties(self) -> tuple[Duty, ...]:
        return tuple(found for d in self.documents for p in passages(d) for found in duties(d, p))

    def search(self, text: str, k: int) -> list[Hit]:
        spans = [
            (p, s) for d in self.documents for p in passages(d) for s in p.sentences if text in d.text[s.start : s.end]
        ]
        return [Hit(p, s, 1.0) for p, s in spans][:k]

    def examples(self) -> tuple[str, ...]:
        return tuple(self.scripts)[:4]

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        return tuple(q for q in tuple(self.scripts)[:2] if q != answer.question) if answer.sentences else ()

    def with_plans(self, plans: Sequence[Plan]) -> Scripted:
        """Shares the scripts and records; asked for the title of one of the plans, it quotes that plan."""
        own = tuple(plan.document for plan in plans)
        scripts = {f"{d.title}说了什么？": _quoting(d) for d in own}
        return replace(self, documents=(*self.documents, *own), scripts={**self.scripts, **scripts})

    def prepare(self) -> None:
        self.ready = True


def _quoting(document: Document) -> Callable[[], Iterator[Event]]:
    said = passages(document)[-1]
    quote = document.text[said.sentences[-1].start : said.sentences[-1].end]
    question = f"{document.title}说了什么？"
    return working(answer(question, sentence(quote, cite(1, document, quote))))


@contextmanager
def serving(assistant: Answering, feedback: Path | None = None) -> Iterator[str]:
    """The address of a server in a thread."""
    opinions = feedback or Path(tempfile.mkdtemp()) / "feedback.jsonl"
    page = uvicorn.Config(
        lambda: build(assistant, opinions), factory=True, log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(page)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            eventually(lambda: server.started)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    path = os.environ.get("ZHENGDA_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("没有 Chromium：请 apt-get install chromium，或用 ZHENGDA_CHROMIUM 指出它的路径", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visits:
    """Pages opened at an address, each in a context of its own that may write to the clipboard."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._contexts: list[BrowserContext] = []
        self._watches: list[Watch] = []
        self.expected: tuple[str, ...] = ()
        """What the console may say, since the test is about it."""

    def __call__(
        self,
        address: str,
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        path: str = "/",
        locale: str = "zh-CN",
        context: BrowserContext | None = None,
    ) -> Page:
        if context is None:
            context = self.browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme=scheme,  # type: ignore[arg-type]
                locale=locale,
                has_touch=size[0] < DESKTOP[0],
                permissions=["clipboard-read", "clipboard-write"],
            )
            self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        self._watches.append(Watch(page, address))
        page.goto(f"{address}{path}")
        page.wait_for_selector("#question textarea")
        page.wait_for_selector('#sources [id^="at-"]:not([id="at-"])', state="attached")
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    @property
    def complaints(self) -> list[str]:
        said = [complaint for watch in self._watches for complaint in watch.complaints]
        return [one for one in said if not any(words in one for words in self.expected)]


def ask(page: Page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def answered(page: Page, question: str, count: int = 1) -> Locator:
    """Intent, and waits until `count` answers are over; the last."""
    ask(page, question)
    expect(page.locator(".answer.over")).to_have_count(count)
    expect(page.locator("#ask")).to_be_visible()
    return page.locator(".answer").last


class Watch:
    """What a page complained of or asked for elsewhere: console errors, policy violations, dialogs, outside requests."""

    def __init__(self, page: Page, address: str) -> None:
        self.address, self.complaints = address, []  # type: ignore[var-annotated]
        page.on("console", lambda m: m.type in ("error", "warning") and self.complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", self._request)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"outside: {request.url}")


def eventually(true: Callable[[], object], seconds: float = 20) -> None:
    """Waits until `true()` holds, and fails if it does not."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "did not happen in time"
        time.sleep(0.02)


def working(*steps: Event | threading.Event) -> Callable[[], Iterator[Event]]:
    """A script of events; a threading.Event is waited for."""

    def script() -> Iterator[Event]:
        yield Stage.RETRIEVE
        for step in steps:
            if isinstance(step, threading.Event):
                assert step.wait(20)
            else:
                yield step

    return script


def usual() -> dict[str, Callable[[], Iterator[Event]]]:
    """Scripts of a comparison, a figure, and a refusal."""
    refusal = answer(WEATHER, status=Outcome.REFUSED, reason="收录的文件没有提到天气。")
    return {
        COMPARE: working(TARGET, PIPES, COUNTY, full_answer(COMPARE)),
        PIPES_QUESTION: working(PIPES, answer(PIPES_QUESTION, PIPES)),
        WEATHER: working(refusal),
    }
