"""`python -m assistant ask "…" [--json]`: one question, one checked answer."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from assistant.pipeline import Assistant
from assistant.routes.content import MODEL_DOWN
from assistant.settings import Settings
from index.errors import ZhengdaError


def main(argv: list[str] | None = None) -> int:
    """Exit code 0 for an answer or a reasoned refusal, 1 if a file or the model needs attention, 2 if nothing could be done.

    What needs attention is told on stderr.
    """
    parser = argparse.ArgumentParser(prog="python -m assistant", description="政答：回答政策文件里的问题，句句有出处")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    ask = commands.add_parser("ask", help="问一个问题")
    ask.add_argument("question", help="问题")
    ask.add_argument("--json", action="store_true", help="输出 JSON（即 Answer.to_dict()）")
    ask.add_argument("--docs", type=Path, help="政策文件所在文件夹")
    args = parser.parse_args(argv)
    try:
        assistant = Assistant(Settings() if args.docs is None else Settings.for_docs(args.docs))
        answer = assistant.answer(args.question)
    except ZhengdaError as error:
        print(error, file=sys.stderr)
        return 2
    for message in assistant.warnings:
        print(message, file=sys.stderr)
    print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=1) if args.json else answer.markdown)
    return 1 if assistant.warnings or MODEL_DOWN in answer.notices else 0


if __name__ == "__main__":
    sys.exit(main())
