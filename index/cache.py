"""Builds a file or folder once per user, however many threads and processes ask for it together."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from index.errors import ZhengdaError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_MARGIN_BYTES = 64 << 20  # what we leave to others on the disk


class ModelError(ZhengdaError, RuntimeError):
    """A bundled model cannot be had; the message says, in Chinese, what to do."""


def once(target: Path, build: Callable[[Path], None], *, needs_bytes: int) -> Path:
    """Return `target`, made by `build(path)` if it is not there yet.

    `build` writes a file or folder at the path it is given, which is put in place only when whole: whoever sees
    `target` sees all of it, and nothing is left of an attempt that failed. Raises ModelError if the disk has no room
    or the folder cannot be written.
    """
    if target.exists():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{target.name}.lock")):
            if not target.exists():
                _build(target, build, needs_bytes + _MARGIN_BYTES)
    except OSError as error:
        if error.errno in _FULL:
            raise _no_room(target, needs_bytes + _MARGIN_BYTES) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise ModelError(
                f"不能写入模型缓存文件夹 {target.parent}：请改正其权限，或用环境变量 ZHENGDA_CACHE_DIR 指定别处。"
            ) from error
        raise
    return target


def _build(target: Path, build: Callable[[Path], None], needs_bytes: int) -> None:
    partial = target.with_name(f".{target.name}.partial")  # one name is enough under the lock; a killed build leaves it
    _remove(partial)
    if shutil.disk_usage(target.parent).free < needs_bytes:
        raise _no_room(target, needs_bytes)
    try:
        build(partial)
        os.replace(partial, target)  # noqa: PTH105  (named as the atomic operation that it is)
    finally:
        _remove(partial)


def _no_room(target: Path, needs_bytes: int) -> ModelError:
    return ModelError(
        f"磁盘空间不足：制作 {target.name} 需要 {needs_bytes >> 20} MB。"
        f"请在 {target.parent} 所在磁盘腾出空间，或用环境变量 ZHENGDA_CACHE_DIR 指定别处。"
    )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
