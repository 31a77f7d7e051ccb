"""`python -m index build|watch|search|info|check`: what is in the index, and putting it there."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from index import check
from index.build import BuildError, Report, build
from index.check import Checked, checked
from index.errors import ZhengdaError
from index.readers.files import UnreadableFile, read_folder
from index.readers.marks import visible
from index.search import Index
from index.settings import IndexSettings
from index.store.embed import Embedder
from index.store.vectors import StoreUnavailable
from index.types import Document
from index.watch import Interruption, settled


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code is 0 if all went well, 1 if a file was rejected, 2 if nothing could be done."""
    parser = argparse.ArgumentParser(prog="python -m index", description="政策文件索引")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, does in (
        ("build", "建立或更新索引"),
        ("watch", "建立索引，并在文件变动后更新，直到中断"),
        ("check", "不建索引，只看每个文件读成了什么"),
    ):
        command = commands.add_parser(name, help=does)
        command.add_argument("folder", nargs="?", type=Path, help="政策文件所在文件夹（默认见 ZHENGDA_DOCS）")
        command.add_argument("--url", action="append", default=[], metavar="网址", help="另读这个网址，可以多次")
    commands.choices["watch"].add_argument("--every", type=_seconds, default=5, metavar="秒", help="多久看一次，默认 5")
    commands.choices["check"].add_argument("--json", action="store_true", help="输出 JSON")
    info = commands.add_parser("info", help="列出索引里的文件")
    info.add_argument("--targets", action="store_true", help="连同从条款里读出的指标与期限")
    search = commands.add_parser("search", help="检索条款，不经过模型")
    search.add_argument("query", help="要检索的话")
    search.add_argument("-k", type=int, default=5, help="条数")
    for command in (info, search):
        command.add_argument(
            "--docs", type=Path, dest="folder", metavar="文件夹", help="哪个文件夹的索引（默认见 ZHENGDA_DOCS）"
        )
    args = parser.parse_args(argv)
    try:
        settings = IndexSettings(docs=args.folder) if args.folder else IndexSettings()
        if args.command == "build":
            return _build(args.url, settings)
        if args.command == "watch":
            return _watch(args.url, args.every, settings)
        if args.command == "check":
            return _check(settings.docs, args.url, args.json)
        index = Index.open(settings.index_dir, settings.embedder(), settings.chroma_url)
        if args.command == "info":
            for document in index.documents:
                print(_line(document, len(index.passages(document.id))))
                one = (document.id,)
                print(f"    {_counts(len(index.targets(one)), len(index.deadlines(one)), len(index.duties(one)))}")
                for line in _facts_lines(index, document) if args.targets else ():
                    print(f"    {line}")
        else:
            for hit in index.clauses(args.query, k=args.k):
                document = index.document(hit.passage.document_id)
                print(
                    f"《{document.name}》{hit.passage.address}  {document.words(hit.span.start, hit.span.end).strip()}"
                )
    except ZhengdaError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _build(addresses: Sequence[str], settings: IndexSettings) -> int:
    return _told(_built(addresses, settings, settings.embedder()))


def _watch(addresses: Sequence[str], seconds: float, settings: IndexSettings) -> int:
    """Until interrupted. What cannot be built now is told, and tried again when the files change."""
    embedder = settings.embedder()
    interruption = Interruption()

    def wait(for_seconds: float) -> None:
        with interruption.heeded():
            time.sleep(for_seconds)

    with suppress(KeyboardInterrupt), interruption.noted():
        for _ in settled(settings.docs, seconds, wait):
            try:
                with interruption.heeded():
                    report = _built(addresses, settings, embedder)
                _told(report)
            except (BuildError, StoreUnavailable) as error:
                print(error, file=sys.stderr)
            sys.stdout.flush()
    return 0


def _built(addresses: Sequence[str], settings: IndexSettings, embedder: Embedder) -> Report:
    shown, server = sys.stderr.isatty(), settings.chroma_url
    return build(settings.docs, settings.index_dir, embedder, addresses=addresses, progress=shown, server=server)


def _told(report: Report) -> int:
    """Print what a build did; the exit code for it."""
    print(
        f"已索引 {report.documents} 份文件、{report.passages} 条、{report.rows} 句（新算向量 {report.embedded} 句）。"
    )
    for message in report.warnings:
        print(f"提醒：{message}")
    for message in report.rejected:
        print(f"未能读取：{message}", file=sys.stderr)
    return 1 if report.rejected else 0


def _check(folder: Path, addresses: Sequence[str], as_json: bool) -> int:
    results = list(checked(read_folder(folder, addresses)))
    rejected = [result for result in results if isinstance(result, UnreadableFile)]
    if as_json:
        print(json.dumps(check.as_json(results), ensure_ascii=False, indent=1))
        return 1 if rejected else 0
    for line in check.table(results):
        print(line)
    for found in (result for result in results if isinstance(result, Checked)):
        document, passages = found.plan.document, found.plan.passages
        print(f"\n{_line(document, len(passages))}")
        print(f"    {_counts(len(found.facts.targets), len(found.facts.deadlines), len(found.facts.duties))}")
        print("    " + " ".join(p.address for p in passages))
        for remark in found.raw.warnings:
            print(f"    提醒：{remark}")
        for mark in document.marks:
            print(f"    不当正文（{mark.reason}）：{visible(document.text[mark.span.start : mark.span.end])}")
    for refused in rejected:
        print(f"未能读取：{refused}", file=sys.stderr)
    return 1 if rejected else 0


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < 86400:
        raise argparse.ArgumentTypeError(f"应是大于 0、不到一天的秒数，而不是 {text}")
    return seconds


def _counts(targets: int, deadlines: int, duties: int) -> str:
    return f"读出指标 {targets} 个、期限 {deadlines} 处、分工 {duties} 条"


def _facts_lines(index: Index, document: Document) -> Iterator[str]:
    for target in index.targets((document.id,)):
        year = f"{target.year}年，" if target.year else ""
        yield f"{index.passage(target.passage_id).address}  {target.indicator}：{year}{target.text}"
    for deadline in index.deadlines((document.id,)):
        yield f"{index.passage(deadline.passage_id).address}  {deadline.text}：{deadline.what}"


def _line(document: Document, passages: int) -> str:
    values = check.fields(document)
    shown = [v for k in ("number", "issuer", "region", "issued", "period", "kind", "status") if (v := values[k])]
    return f"{document.source}：《{document.name}》 {' · '.join(shown)}（{passages} 条）"


if __name__ == "__main__":
    sys.exit(main())
