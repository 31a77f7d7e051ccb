"""A plan at a glance: what of invented plans is shown, where its cells lead, its Word file; and what the page does beside it."""

from __future__ import annotations

import io
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from docx import Document as read_word
from playwright.sync_api import expect

from assistant.model.local import NAME
from assistant.settings import Settings
from assistant.types import Cell, Sentence, Table
from index.document.split import split
from index.facts.extract import facts
from index.types import Document, Status
from tests import plans
from tests.browser import (
    AS_OF,
    DESKTOP,
    PHONE,
    PIPES,
    PIPES_QUESTION,
    RIVER,
    TARGET,
    Scripted,
    Visits,
    answer,
    answered,
    serving,
    usual,
    working,
)
from tests.conftest import document as read
from tests.payloads import PAYLOADS
from ui import render
from ui.lines import Line, lines
from ui.markdown import markdown
from ui.model import model
from ui.overview import Branch, Overview, overview
from ui.render import SHAPES, View
from ui.say import ENGLISH
from ui.turn import Turn
from ui.word import overview as as_word
from ui.word import word

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LAW = "某市节水条例\n" + "".join(
    f"第{'一二三四'[n]}章 {name}\n第{'一二三四'[n]}条 {said}\n"
    for n, (name, said) in enumerate(
        (("总则", "为了节约用水，制定本条例。"), ("用水", "单位应当按照计划用水。"), ("罚则", "超计划用水的，加价收费。"), ("附则", "本条例自2021年3月1日起施行。"))
    )
)  # fmt: skip
TALK = "李四谈节水：水要一滴一滴省\n问题1：为什么要节水？\n李四：水不够用。一是雨水少，去年只有往年的一半。二是用水多，人均超过全省平均。\n问题2：怎么节？\n李四：装水表，修管道，收水费。\n"
QUESTIONS = "节水问答\n一、谁可以申请补助？\n装了节水器具的家庭都可以申请。\n二、到哪里申请？\n到街道办事处申请。\n"
PAYLOAD_PLAN = (
    "某市规划\n一、总体目标\n到2030年，{0}建成仓库{1}座。\n二、任务\n(一){0}。建设仓库。(市{0}局牵头，市商务局配合)\n"
)


def glance(text: str, source: str = "甲.txt") -> Overview:
    return of(read(text, source))


def of(document: Document) -> Overview:
    passages = split(document)
    found = facts(document, passages)
    assert found.outline
    return overview(document, passages, found.outline, found.duties, AS_OF)


def named(branches: tuple[Branch, ...]) -> list[tuple[str, str]]:
    return [(b.label, b.heading.text if b.heading else "") for b in branches]


class _Page(HTMLParser):
    """Tags, links and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self._words: list[str] = []
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [str(value) for name, value in attrs if name == "href"]
        self.ids += [str(value) for name, value in attrs if name == "id"]
        self._style = tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._style:
            self._words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self._words).split())


# ---- what is shown ----


def test_a_plan_has_goals_tree_matrix_and_measures() -> None:
    shown = glance(plans.NINGBO)
    assert shown.name == "宁波市智慧港湾建设实施方案"
    assert shown.fields["number"].text == "甬海办〔2019〕17号"
    assert shown.fields["addressees"].text.startswith("各区县(市)人民政府")
    assert shown.purpose
    assert shown.purpose.text.startswith("为让港口、渔业和海洋旅游用上数字技术")
    ((year, figures),) = shown.figures
    assert year == 2024
    parts = {f.indicator: (f.before, f.number, f.after) for f in figures}
    assert parts["渔获网上交易额"] == ("超过", "25", "亿元")
    assert parts["远控桥吊"] == ("", "40", "台以上")
    assert named(shown.goals[0].parts) == [("", "码头更聪明"), ("", "渔业更透明"), ("", "海岛更便利")]
    (body,) = shown.body
    assert named(body.parts) == [("(一)", "智慧码头"), ("(二)", "智慧渔业"), ("(三)", "智慧海岛")]
    assert body.parts[0].parts[0].key
    assert named(shown.measures[0].parts) == [("(一)", "资金保障"), ("(二)", "人才保障"), ("(三)", "安全保障")]
    first = shown.tasks[0]
    assert first.above
    assert first.above.text == "(一)智慧码头"
    rows = [(t.task.text, t.lead and t.lead.text, t.responsible and t.responsible.text) for t in first.tasks]
    assert rows == [
        ("1. 改造集装箱码头", "市港航局", "市交通局、市经信局"),
        ("2. 建设潮汐监测网", "市海洋局", "市气象局"),
    ]
    assert shown.task_count == 5


def test_every_text_stands_where_it_leads() -> None:
    shown = glance(plans.NINGBO)
    text = shown.document.text

    def check(branch: Branch) -> None:
        for said in (branch.heading, branch.key):
            if said:
                printed = "".join(text[said.start : said.end].split("\n")).translate(str.maketrans(",:;", "，：；"))
                assert said.text.removesuffix("……") in printed
        for part in branch.parts:
            check(part)

    for branch in (*shown.body, *shown.goals, *shown.measures):
        check(branch)
    for _, figures in shown.figures:
        assert all(f"{f.before}{f.number}{f.after}" in text[f.place.start : f.place.end] for f in figures)
    for group in shown.tasks:
        assert all(t.lead and t.lead.text.split("、")[0] in text[t.lead.start : t.lead.end] for t in group.tasks)


@pytest.mark.parametrize("text", [plans.NINGBO, plans.QINGDAO, LAW, TALK, QUESTIONS], ids="甲乙丙丁戊")
def test_all_outermost_clauses_are_told_once(text: str) -> None:
    shown = glance(text)
    outermost = [*shown.goals, *shown.body, *shown.measures, *shown.closing]
    starts = [said.start for b in outermost if (said := b.heading or b.key)]
    document = shown.document
    outline = facts(document, split(document)).outline
    assert outline
    assert len(starts) == len(set(starts)) == len(outline.sections)


def test_dates_are_a_line_with_the_day_of_the_document() -> None:
    text = plans.NINGBO.replace("(三)安全保障。", "(三)安全保障。2021年6月底前完成备份，到2023年全部演练一遍。")
    points = glance(text).points
    assert [point.when for point in points] == ["2019年4月12日", "2021年6月", "2023年", "2024年"]
    assert points[0].issued
    assert points[2].events[0].text == "到2023年全部演练一遍。"


def test_a_law_has_chapters_and_closing_provisions_and_nothing_else() -> None:
    shown = glance(LAW)
    assert named(shown.body)[1:] == [("第二章", "用水"), ("第三章", "罚则")]
    assert named(shown.closing) == [("第四章", "附则")]
    assert [*shown.figures, *shown.goals, *shown.tasks, *shown.measures] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TALK, "为什么要节水？"),
        (QUESTIONS, "谁可以申请补助？"),
        ("关于放假的通知\n国庆节放假七天。", "国庆节放假七天。"),
    ],
)
def test_what_a_text_does_not_have_is_left_out(text: str, said: str) -> None:
    page = _Page(render.overview(glance(text), AS_OF))
    assert said in page.text
    assert {"goals", "tasks", "dates", "measures", "closing", "validity"} & set(page.ids) == set()
    for title in ("目标", "任务分工", "时间节点", "保障措施", "附则", "None"):
        assert title not in page.text


def test_a_text_of_one_line_leads_to_itself() -> None:
    page = _Page(render.overview(glance("请各单位做好防汛工作。"), AS_OF))
    assert "这份文件很短，请看全文。" in page.text
    assert "主要内容" not in page.text


def test_a_digest_and_a_stopped_plan_are_called_so() -> None:
    digest = replace(read(plans.QINGDAO), digest=True)
    assert of(digest).name.endswith("（摘编）")
    stopped = of(replace(RIVER, read_at={"title": replace(split(RIVER)[0].sentences[0])}))
    page = _Page(render.overview(stopped, AS_OF))
    assert page.text.count(Status.STOPPED.value) == 2
    assert "本规划自2020年3月1日起停止执行。" in page.text


def test_many_clauses_are_folded_and_all_of_them_are_there() -> None:
    articles = "".join(f"第{n}条 单位应当按照第{n}号计划用水，不得超过。\n" for n in range(1, 101))
    html = render.overview(
        glance(f"某市节水条例\n第一章 用水\n{articles}第二章 其他\n第101条 其他事项另行规定。\n"), AS_OF
    )
    assert '<details class="block">' in html
    assert all(f"第{n}条" in html for n in range(1, 102))
    assert "其余 76 条" in html


# ---- where it leads, and what it cannot be made to do ----


def test_every_cell_leads_to_a_stretch_of_the_document() -> None:
    shown = glance(plans.NINGBO)
    page = _Page(render.overview(shown, AS_OF))
    cells = [urlsplit(link) for link in page.links if "start=" in link]
    assert len(cells) > 40
    for cell in cells:
        assert cell.path == f"/plan/{shown.document.id}"
        start, end = (int(parse_qs(cell.query)[name][0]) for name in ("start", "end"))
        assert shown.document.text[start:end].strip()
    assert set(page.links) - {cell.geturl() for cell in cells} == {
        f"/plan/{shown.document.id}",
        f"/overview/{shown.document.id}.docx",
    }


def test_an_own_file_stays_on_its_desk() -> None:
    shown = glance(plans.NINGBO)
    view = View(desk="token", own=frozenset({shown.document.id}))
    links = _Page(render.overview(shown, AS_OF, view)).links
    assert all(link.startswith(f"/own/token/{shown.document.id}") for link in links)
    assert f"/own/token/{shown.document.id}/overview.docx" in links


def test_a_plan_is_led_to_from_the_masthead_the_list_its_text_and_its_card() -> None:
    turn = Turn(1, "问", answer=answer("问", TARGET))
    for html in (
        render.masthead([RIVER], AS_OF),
        render.overviews([RIVER], AS_OF),
        render.reader(RIVER, split(RIVER), AS_OF),
        render.sources([turn], lambda d, offset: split(d)[0]),
    ):
        assert "/overview/river" in _Page(html).links
    assert "/overview" in _Page(render.masthead([RIVER], AS_OF)).links


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_words_of_a_document_are_markup(payload: str) -> None:
    said = payload.replace("\n", "")
    document = read(PAYLOAD_PLAN.format(said, 3))
    known = replace(document, title=said, number=said, issuer=said, region=said, about=said)
    spans = dict.fromkeys(("title", "number", "issuer", "about"), document.read_at["title"])
    shown = of(replace(known, read_at={**document.read_at, **spans}))
    clean = _Page(render.overview(of(read(PAYLOAD_PLAN.format("物资", 3))), AS_OF))
    hostile = _Page(render.overview(shown, AS_OF))
    assert hostile.tags <= clean.tags | {"dl", "dt", "dd", "div"}
    assert hostile.attributes <= clean.attributes
    assert all(
        re.match(r"/(?:plan|overview)/[0-9a-f]+(?:\.docx|\?start=\d+&end=\d+)?$", link) for link in hostile.links
    )
    assert as_word(shown, NOW)


def test_english_readers_find_it_in_english() -> None:
    page = _Page(render.overview(glance(plans.NINGBO), AS_OF, View(language=ENGLISH)))
    for said in ("At a glance", "Goals", "Who does what", "Leads", "Measures", "Read the whole plan"):
        assert said in page.text


# ---- as a file ----


def test_the_word_file_has_what_the_page_has() -> None:
    shown = glance(plans.NINGBO)
    file = read_word(io.BytesIO(as_word(shown, NOW)))
    text = "\n".join(p.text for p in file.paragraphs)
    assert file.paragraphs[0].text == shown.name
    headings = [p.text for p in file.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == ["目标", "主要内容", "任务分工", "时间节点", "保障措施"]
    for said in ("文号：甬海办〔2019〕17号", "(一)智慧码头", "设立智慧港湾专项资金2亿元", "以原文为准"):
        assert said in text
    goals, matrix, dates = file.tables
    assert [c.text for c in goals.rows[1].cells] == ["无人集卡", "120辆", "2024年", "一·—1"]
    rows = [[c.text for c in row.cells] for row in matrix.rows]
    assert rows[0] == ["任务", "牵头", "配合、责任", "条款"]
    assert rows[1] == ["(一)智慧码头"] * 4
    assert rows[2] == ["1. 改造集装箱码头", "市港航局", "市交通局、市经信局", "二·(一)·1"]
    assert dates.rows[1].cells[1].text == "成文"


def test_the_word_file_of_a_short_text_has_no_empty_part() -> None:
    file = read_word(io.BytesIO(as_word(glance("请各单位做好防汛工作。"), NOW)))
    assert file.tables == []
    assert not any(p.style and p.style.name == "Heading 1" for p in file.paragraphs)


def laid_out() -> Turn:
    quoted = [
        replace(TARGET.sentence, opens="\n\n一、发展目标\n- "),
        replace(PIPES.sentence, opens="\n- "),
        Sentence("两项都已完成。", (1,), TARGET.sentence.checks, opens="\n"),
        Sentence("没有第三项。", (2,), TARGET.sentence.checks),
    ]
    return Turn(1, "问", answer=replace(answer("问", TARGET, PIPES), sentences=tuple(quoted)))


def test_headings_and_items_of_an_answer_are_lines() -> None:
    turn = laid_out()
    assert turn.answer
    assert list(lines(turn.answer)) == [
        Line("一、发展目标", frame=True),
        Line("到2018年，青河市清洁能源装机达到120万千瓦[1]。", item=True),
        Line("东片区管网改造于2017年底前完成，总投资30亿元[2]。", item=True),
        Line("两项都已完成[1]。没有第三项[2]。"),
    ]


def test_headings_and_items_of_an_answer_are_such_in_files() -> None:
    paragraphs = read_word(io.BytesIO(word([laid_out()], NOW))).paragraphs
    styles = {p.text: (p.style.name if p.style else "", any(r.bold for r in p.runs)) for p in paragraphs}
    assert styles["一、发展目标"] == ("Normal", True)
    assert styles["到2018年，青河市清洁能源装机达到120万千瓦[1]。"] == ("List Bullet", False)
    assert styles["两项都已完成[1]。没有第三项[2]。"] == ("Normal", False)
    body = markdown([laid_out()], NOW).decode()
    assert "\n\n**一、发展目标**\n\n- 到2018年，青河市清洁能源装机达到120万千瓦\\[1\\]。\n- 东片区" in body
    assert "30亿元\\[2\\]。\n\n两项都已完成\\[1\\]。没有第三项\\[2\\]。\n\n" in body


# ---- which model answers ----


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, f"对话模型：{NAME.partition('-Instruct')[0]}（自带，small）"),
        ({"llm": "off"}, "只摘录原文，不用对话模型"),
        ({"llm_base_url": "http://10.0.0.7:8000/v1", "llm_model": "qwen-72b"}, "对话模型：qwen-72b（接口上的模型，large）"),
        ({"llm_base_url": "http://10.0.0.7:8000/v1", "llm_model": "/srv/models/m", "llm_profile": "small"}, "对话模型：m（接口上的模型，small）"),
    ],
)  # fmt: skip
def test_the_model_is_told_without_its_address_and_key(settings: dict[str, str], said: str) -> None:
    told = model(Settings(**settings, llm_api_key="sk-secret"))  # type: ignore[arg-type]
    assert told == said
    assert said in render.notice(View(), told)


# ---- in the browser ----

RESHAPED = {
    SHAPES[0][1]: answer(SHAPES[0][1], TARGET),
    SHAPES[1][1]: answer(SHAPES[1][1], TARGET, PIPES),
    SHAPES[2][1]: answer(
        SHAPES[2][1], TARGET, table=Table(("项目", "数值"), ((Cell("装机"), Cell("120万千瓦", (1,))),))
    ),
}
LAID_OUT = "说说目标"


@pytest.fixture(scope="module")
def assistant() -> Scripted:
    scripts = {asked: working(reply) for asked, reply in RESHAPED.items()}
    reply = laid_out().answer
    assert reply
    return Scripted({**usual(), **scripts, LAID_OUT: working(replace(reply, question=LAID_OUT))})


@pytest.fixture(scope="module")
def address(assistant: Scripted) -> Iterator[str]:
    with serving(assistant) as served:
        yield served


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_plan_is_read_at_a_glance_beside_the_conversation(visit: Visits, address: str, size: tuple[int, int]) -> None:
    page = visit(address, size)
    page.click("a.view >> text=概览")
    page.click(f"#side a.about >> text={RIVER.title}")
    shown = page.locator("#side #overview")
    expect(shown.locator("h2")).to_have_text(RIVER.title)
    expect(shown.locator(".figures li")).to_have_count(2)
    expect(shown.locator(".figures li").first).to_contain_text("120")
    expect(shown.locator(".print")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    lead = shown.locator(".matrix tbody a", has_text="市住房城乡建设局")
    lead.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#side #quote")).to_contain_text("由市住房城乡建设局牵头")
    page.click(".side-close")
    expect(lead).to_be_focused()
    page.click(".side-close")
    expect(page.locator("#side .overviews")).to_be_visible()
    page.click(".side-close")
    expect(page.locator("#side")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_a_plan_at_a_glance_alone_is_printed_and_taken_as_word(visit: Visits, address: str) -> None:
    page = visit(address).context.new_page()
    page.goto(f"{address}/overview/{RIVER.id}")
    expect(page.locator("#overview .print")).to_be_visible()
    with page.expect_download() as download:
        page.click("#overview .bar >> text=Word")
    assert download.value.suggested_filename == f"概览_{RIVER.title}.docx"
    assert read_word(str(download.value.path())).paragraphs[0].text == RIVER.title
    page.emulate_media(media="print")
    expect(page.locator("#overview .bar")).to_be_hidden()
    expect(page.locator("#overview .figures")).to_be_visible()


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_the_buttons_below_the_latest_answer_ask_for_it_in_another_shape(
    visit: Visits, address: str, assistant: Scripted
) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    for n, (words, asked) in enumerate(SHAPES, 2):
        expect(page.locator(".tool.shape")).to_have_count(3)
        page.locator(f"#turn-{n - 1} .tool.shape", has_text=words).click()
        expect(page.locator(".answer.over")).to_have_count(n)
        expect(page.locator("#chat .question").last).to_have_text(asked)
        expect(page.locator("#ask")).to_be_visible()
        assert assistant.histories[-1][-2]["content"] == (PIPES_QUESTION if n == 2 else SHAPES[n - 3][1])
    expect(page.locator("#turn-4 table.sortable")).to_be_visible()
    expect(page.locator("#foot .model")).to_contain_text("自带，small")


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_headings_and_items_are_copied_as_lines(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, LAID_OUT)
    page.click(".tool.copy")
    expect(page.locator("#told")).to_have_text("已复制，含出处")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"{LAID_OUT}\n一、发展目标\n- 到2018年，青河市清洁能源装机达到120万千瓦[1]。\n- 东片区" in copied.replace(
        "\n\n", "\n"
    )
    assert "30亿元[2]。\n两项都已完成[1]。没有第三项[2]。\n" in copied


def test_what_is_not_there_is_told_and_the_file_is_named_after_the_plan(address: str) -> None:
    for path in (
        "/overview/none",
        "/overview/none.docx",
        "/own/guessed/river/overview",
        "/own/guessed/river/overview.docx",
    ):
        with pytest.raises(urllib.error.HTTPError, match="404") as refused:
            urllib.request.urlopen(f"{address}{path}")
        refused.value.close()
    with urllib.request.urlopen(f"{address}/overview/river.docx") as reply:
        named_as = unquote(reply.headers["Content-Disposition"].partition("UTF-8''")[2])
    assert named_as == f"概览_{RIVER.title}.docx"
