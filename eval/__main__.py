"""`python -m eval run | report | compare | baseline | checker | judge | poison | feedback | bench | scale`."""

from __future__ import annotations

import argparse
import sys

from eval import bench, compare, feedback, injection, judge, report, run, scale
from eval.checker import run as checker

COMMANDS = (
    ("run", "回答题集并评分", run.add_arguments, run.main),
    ("report", "重写一次评测的网页报告", report.add_arguments, report.main),
    ("compare", "与基线或另一次评测比较", compare.add_arguments, compare.main),
    ("baseline", "把一次评测定为基线", compare.add_baseline_arguments, compare.baseline),
    ("poison", "与裸模型比较：文件里写给问答程序的话能否到达读者", injection.add_arguments, injection.main),
    ("bench", "与常见做法比较速度、内存和证据用量", bench.add_arguments, bench.main),
    ("scale", "量文件增多时建索引、内存与检索怎么变", scale.add_arguments, scale.main),
    ("feedback", "把网页上的赞踩变成题", feedback.add_arguments, feedback.main),
    ("judge", "量有没有答案判断得准不准", judge.add_arguments, judge.main),
    ("checker", "量逐句核验的错率：放行了多少假句，删掉了多少真句", checker.add_arguments, checker.main),
)


def main(argv: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval", description="政答评测")
    commands = parser.add_subparsers(required=True, metavar="命令")
    for name, about, add_arguments, action in COMMANDS:
        command = commands.add_parser(name, help=about, description=about)
        add_arguments(command)
        command.set_defaults(action=action)
    options = parser.parse_args(argv)
    code: int = options.action(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
