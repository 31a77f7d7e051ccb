"""`python -m index build|search|info|check`: what is in the index, and putting it there."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from index.build import build
from index.describe import describe
from index.errors import ZhengdaError
from index.facts import facts
from index.read import UnreadableFile, read_folder
from index.search import Index
from index.settings import IndexSettings
from index.split import split
from index.types import Document


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code is 0 if all went well, 1 if a file was rejected, 2 if nothing could be done."""
    parser = argparse.ArgumentParser(prog="python -m index", description="政策文件索引")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, does in (("build", "建立或更新索引"), ("check", "不建索引，只看每个文件读成了什么")):
        command = commands.add_parser(name, help=does)
        command.add_argument("folder", nargs="?", type=Path, help="政策文件所在文件夹（默认见 ZHENGDA_DOCS）")
    commands.choices["check"].add_argument("--json", action="store_true", help="输出 JSON")
    info = commands.add_parser("info", help="列出索引里的文件")
    info.add_argument("--targets", action="store_true", help="连同从条款里读出的指标与期限")
    search = commands.add_parser("search", help="检索条款，不经过模型")
    search.add_argument("query", help="要检索的话")
    search.add_argument("-k", type=int, default=5, help="条数")
    args = parser.parse_args(argv)
    try:
        settings = IndexSettings()
        if args.command == "build":
            return _build(args.folder or settings.docs, settings)
        if args.command == "check":
            return _check(args.folder or settings.docs, args.json)
        index = Index.open(settings.index_dir, settings.embedder())
        if args.command == "info":
            for document in index.documents:
                print(_line(document, len(index.passages(document.id))))
                one = (document.id,)
                print(f"    {_counts(len(index.targets(one)), len(index.deadlines(one)), len(index.duties(one)))}")
                for line in _facts_lines(index, document) if args.targets else ():
                    print(f"    {line}")
        else:
            for hit in index.search(args.query, k=args.k):
                document = index.document(hit.passage.document_id)
                print(
                    f"《{document.title}》{hit.passage.address}  {document.text[hit.span.start : hit.span.end].strip()}"
                )
    except ZhengdaError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _build(folder: Path, settings: IndexSettings) -> int:
    report = build(folder, settings.index_dir, settings.embedder(), progress=sys.stderr.isatty())
    print(
        f"已索引 {report.documents} 份文件、{report.passages} 条、{report.rows} 句（新算向量 {report.embedded} 句）。"
    )
    for message in report.rejected:
        print(f"未能读取：{message}", file=sys.stderr)
    return 1 if report.rejected else 0


def _check(folder: Path, as_json: bool) -> int:
    found, rejected = [], []
    for raw in read_folder(folder):
        if isinstance(raw, UnreadableFile):
            rejected.append(str(raw))
            continue
        document = describe(raw)
        passages = split(document)
        found.append((document, passages, facts(document, passages), raw.left_out))
    if as_json:
        rows = [
            {
                **_fields(document),
                "clauses": [p.address for p in passages],
                "left_out": left_out,
                "targets": len(read_out.targets),
                "deadlines": len(read_out.deadlines),
                "duties": len(read_out.duties),
            }
            for document, passages, read_out, left_out in found
        ]
        print(json.dumps({"documents": rows, "rejected": rejected}, ensure_ascii=False, indent=1))
    else:
        for document, passages, read_out, left_out in found:
            print(_line(document, len(passages)))
            print(f"    {_counts(len(read_out.targets), len(read_out.deadlines), len(read_out.duties))}")
            print("    " + " ".join(p.address for p in passages))
            for words in left_out:
                print(f"    略去写给问答程序的话：{words.strip()}")
        for message in rejected:
            print(f"未能读取：{message}", file=sys.stderr)
    return 1 if rejected else 0


def _counts(targets: int, deadlines: int, duties: int) -> str:
    return f"读出指标 {targets} 个、期限 {deadlines} 处、分工 {duties} 条"


def _facts_lines(index: Index, document: Document) -> Iterator[str]:
    for target in index.targets((document.id,)):
        year = f"{target.year}年，" if target.year else ""
        yield f"{index.passage(target.passage_id).address}  {target.indicator}：{year}{target.text}"
    for deadline in index.deadlines((document.id,)):
        yield f"{index.passage(deadline.passage_id).address}  {deadline.text}：{deadline.what}"


def _fields(document: Document) -> dict[str, str | None]:
    validity = document.validity(date.today())
    return {
        "source": document.source,
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "region": document.region,
        "issued": document.issued.isoformat() if document.issued else None,
        "published": document.published.isoformat() if document.published else None,
        "period": str(document.period) if document.period else None,
        "kind": document.kind and document.kind.value,
        "status": validity.status.value,
        "status_basis": validity.basis,
        "about": document.about,
    }


def _line(document: Document, passages: int) -> str:
    values = _fields(document)
    shown = [v for k in ("number", "issuer", "region", "issued", "period", "kind", "status") if (v := values[k])]
    return f"{document.source}：《{document.title}》 {' · '.join(shown)}（{passages} 条）"


if __name__ == "__main__":
    sys.exit(main())
