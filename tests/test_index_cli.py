"""`python -m index`: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.__main__ import main
from index.cache import ModelError
from index.settings import ROOT, IndexSettings
from index.store import snapshot
from index.store.embed import HashEmbedder
from tests import plans
from tests.files import pdf, wrapped

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented plans as the folder that the settings name, and no model to load."""
    monkeypatch.setenv("ZHENGDA_DOCS", str(plans.write(tmp_path / "docs")))
    monkeypatch.setenv("ZHENGDA_INDEX_DIR", str(tmp_path / "index"))
    monkeypatch.setattr(IndexSettings, "embedder", lambda self: HashEmbedder())
    return tmp_path / "docs"


def test_build_then_again_then_info_then_search(docs: Path, capsys: Captured) -> None:
    assert main(["build"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("已索引 4 份文件、")
    assert "新算向量 0 句" not in out
    assert err == ""

    assert main(["build", str(docs)]) == 0
    assert "新算向量 0 句" in capsys.readouterr().out

    assert main(["info"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert "宁波.txt：《宁波市智慧港湾建设实施方案》 甬海办〔2019〕17号 · 宁波市人民政府办公厅 · 宁波市" in lines[2]
    assert lines[3] == "    读出指标 11 个、期限 1 处、分工 5 条"
    assert any("青岛" in line and "2018–2021" in line and "已停止执行" in line for line in lines)

    assert main(["info", "--targets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "    一·—1  无人集卡：2024年，120辆" in lines
    assert "    一  到2024年：智慧港湾的基础框架基本建成" in lines
    assert "    二·(二)·3  每艘补助：1800元" in lines

    assert main(["search", "海岛票务平台", "-k", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("《宁波市智慧港湾建设实施方案》二·(三)·5  ")
    assert "海岛票务平台" in lines[0]


def test_a_folder_given_has_an_index_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.delenv("ZHENGDA_INDEX_DIR")
    monkeypatch.setattr("index.settings.ROOT", tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "湖州.txt").write_text("湖州市渔业方案\n一、目标\n建基地三处。\n", encoding="utf-8")
    assert main(["build"]) == main(["build", str(other)]) == 0
    capsys.readouterr()
    assert main(["info", "--docs", str(other)]) == 0
    assert "湖州市渔业方案" in capsys.readouterr().out
    assert main(["search", "海岛", "--docs", str(other)]) == 0
    assert "建基地三处" in capsys.readouterr().out
    assert main(["info"]) == 0
    assert "湖州市渔业方案" not in capsys.readouterr().out


@pytest.mark.parametrize("argv", [["search", "海岛"], ["info"]])
def test_a_damaged_store_is_told_before_it_is_read(argv: list[str], tmp_path: Path, capsys: Captured) -> None:
    assert main(["build"]) == 0
    path = snapshot.current(tmp_path / "index")
    assert path is not None
    database = path / "chroma" / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:4096] + b"\0" * 8192)
    capsys.readouterr()
    assert main(argv) == 2
    assert "索引已损坏" in capsys.readouterr().err


def test_build_with_a_file_that_cannot_be_read(docs: Path, capsys: Captured) -> None:
    (docs / "坏.pdf").touch()
    assert main(["build"]) == 1
    out, err = capsys.readouterr()
    assert "已索引 4 份文件" in out
    assert err == "未能读取：坏.pdf：文件是空的，请换一份有内容的。\n"


def test_check(docs: Path, capsys: Captured) -> None:
    assert main(["check"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "《青岛市啤酒酿造数字化改造行动计划(2018-2021年)》" in out
    assert "    文首 引言 一 一·1" in out
    assert "    读出指标 6 个、期限 0 处、分工 3 条" in out
    (docs / "坏.txt").touch()
    assert main(["check", str(docs)]) == 1
    assert capsys.readouterr().err == "未能读取：坏.txt：文件是空的，请换一份有内容的。\n"
    assert not docs.with_name("index").exists(), "check must leave no trace"


def test_check_shows_every_file_in_a_table(docs: Path, capsys: Captured) -> None:
    (docs / "坏.txt").touch()
    (docs / "运河.pdf").write_bytes(pdf([wrapped("嘉兴市运河夜游实施办法\n一、航线\n全市开通夜游航线9条。\n", 26)]))
    assert main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == "文件 格式 标题 文号 发布机关 成文日期 条款 表格 附件 可信度 说明".split()
    rows = {line.split()[0]: line.split()[1:] for line in lines[1:7]}
    assert rows["坏.txt"] == ["未能读取", *"—" * 8, "空文件"]
    assert rows["运河.pdf"] == ["PDF", "嘉兴市运河夜游实施办法", "—", "—", "—", "1", "—", "—", "—", "—"]
    assert rows["宁波.txt"][2:5] == ["甬海办〔2019〕17号", "宁波市人民政府办公厅", "2019-04-12"]


def test_check_of_an_address(docs: Path, capsys: Captured) -> None:
    assert main(["check", "--json", "--url", "ftp://a/b.html"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (len(found["documents"]), found["rejected"][0]["source"]) == (4, "ftp://a/b.html")
    assert found["rejected"][0]["reason"] == "hostile"


def test_check_as_json(docs: Path, capsys: Captured) -> None:
    (docs / "坏.txt").touch()
    assert main(["check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["rejected"] == [
        {"source": "坏.txt", "reason": "empty", "label": "空文件", "message": "坏.txt：文件是空的，请换一份有内容的。"}
    ]
    described = {d["source"]: d for d in found["documents"]}["青岛.txt"]
    assert described.pop("clauses")[:4] == ["文首", "引言", "一", "一·1"]
    assert [described.pop(name) for name in ("targets", "deadlines", "duties")] == [6, 0, 3]
    assert [described.pop(name) for name in ("format", "pages", "recognised", "confidence")] == ["TXT", None, [], None]
    assert [described.pop(name) for name in ("tables", "attachments", "warnings")] == [0, [], ["由所附的通知印发"]]
    assert described.pop("roles") == {"文首": 1, "正文": 12, "文末": 1}
    assert described.pop("characters") > 300
    assert [(part["sort"], part["sent_by"]) for part in described.pop("parts")] == [("印发通知", None), ("文件", "")]
    assert described == {
        "source": "青岛.txt",
        "title": "青岛市啤酒酿造数字化改造行动计划(2018-2021年)",
        "number": "青政办字〔2018〕9号",
        "issuer": "青岛市人民政府",
        "addressees": "各区、市人民政府，市政府各部门",
        "region": "青岛市",
        "issued": "2018-03-05",
        "published": "2018-03-09",
        "period": "2018–2021",
        "kind": "正式文件",
        "status": "已停止执行",
        "status_basis": "备注:该文件自2020年6月1日起停止执行",
        "about": None,
        "digest": False,
        "marks": [],
    }


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["info"], "还没有索引。请运行 python -m index build"),
        (["search", "渔业"], "还没有索引。请运行 python -m index build"),
        (["build", "none"], "找不到文件夹 none。请"),
        (["check", "none"], "找不到文件夹 none。请"),
    ],
)
def test_errors_are_chinese_on_stderr(argv: list[str], says: str, capsys: Captured) -> None:
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(says)


def test_a_model_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def missing(self: IndexSettings) -> HashEmbedder:
        raise ModelError("自带的向量模型没有装上。")

    monkeypatch.setattr(IndexSettings, "embedder", missing)
    assert main(["build"]) == 2
    assert capsys.readouterr() == ("", "自带的向量模型没有装上。\n")


@pytest.mark.parametrize("argv", [[], ["nothing"], ["search"], ["search", "渔业", "-k", "many"], ["build", "a", "b"]])
def test_wrong_usage(argv: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert "usage: python -m index" in capsys.readouterr().err


def test_as_a_command(docs: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "index", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "宁波市智慧港湾建设实施方案" in done.stdout


def test_check_tells_what_is_no_prose(tmp_path: Path, capsys: Captured) -> None:
    text = "甲县茶园方案\n一、目标。建成\u200b茶园5座，见www.example.gov.cn/a。\n"
    (tmp_path / "甲.txt").write_text(text, encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "不当正文：不可见字符 1 处、网址 1 处" in out
    assert "不当正文（不可见字符）：<U+200B>" in out
    assert "不当正文（网址）：www.example.gov.cn/a" in out
    assert main(["check", str(tmp_path), "--json"]) == 0
    found = {row["source"]: row for row in json.loads(capsys.readouterr().out)["documents"]}["甲.txt"]
    assert found["marks"] == [
        {"start": 14, "end": 15, "reason": "不可见字符", "text": "\u200b"},
        {"start": 21, "end": 41, "reason": "网址", "text": "www.example.gov.cn/a"},
    ]


def test_a_digest_is_shown_as_one(docs: Path, capsys: Captured) -> None:
    path = docs / "宁波.txt"
    path.write_text(f"{path.read_text(encoding='utf-8')}说明：本文为摘编，数据同原文。\n", encoding="utf-8")
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert "宁波.txt：《宁波市智慧港湾建设实施方案（摘编）》 甬海办〔2019〕17号" in out
    (row,) = [line for line in out.splitlines() if line.startswith("宁波.txt ")]
    assert row.split()[-1] == "摘编，不是原文；由《关于印发《宁波市智慧港湾建设实施方案》的通知》印发"
    assert main(["check", "--json"]) == 0
    described = {d["source"]: d for d in json.loads(capsys.readouterr().out)["documents"]}
    assert {source: d["digest"] for source, d in described.items()} == {
        "宁波.txt": True, "大连.txt": False, "昆明.txt": False, "青岛.txt": False,
    }  # fmt: skip
    assert described["宁波.txt"]["title"] == "宁波市智慧港湾建设实施方案"
    assert main(["build"]) == main(["search", "海岛票务平台", "-k", "1"]) == 0
    assert "《宁波市智慧港湾建设实施方案（摘编）》二·(三)·5  " in capsys.readouterr().out
