"""`python -m training build|fit|report`: labelled data, the fits of the learned judge, how good they are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from index.errors import ZhengdaError
from training import build, fit, report


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m training", description="训练判断模型：打包标注、拟合、报告")
    commands = parser.add_subparsers(required=True, metavar="命令")
    for name, module, help_ in (
        ("build", build, "把标注人员写的检查后打包到 training/data"),
        ("fit", fit, "拟合意图头或判断模型，中断后再运行会接着做"),
        ("report", report, "在 dev 和没人看过的 test 上报告各项得分"),
    ):
        command = commands.add_parser(name, help=help_, description=help_)
        module.add_arguments(command)
        command.set_defaults(main=module.main)
    options = parser.parse_args(arguments)
    try:
        return int(options.main(options))
    except ZhengdaError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
