"""The index in use: built or opened at the first question, and again when another snapshot is put in use in its folder.

A snapshot of these very texts is taken as it is: documents, facts and words are checked as they are read, vectors when
the first search opens them, and what is damaged is mended then. So who asks what needs no search waits for none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from assistant.settings import Settings
from index.build import BuildError, build
from index.search import Index
from index.store import snapshot
from index.store.embed import Embedder
from index.store.snapshot import NoIndex
from index.store.vectors import StoreUnavailable

_LAST_GOOD = "以下用的是上次建好的索引。"


class OpenIndex:
    """The index of the settings' folder; `warnings` are for the user, of the last time that it was opened."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._index: Index | None = None
        self._unusable: Path | None = None
        self.warnings: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it is open."""
        return self._index is not None

    @property
    def searchable(self) -> bool:
        """Whether its vectors are open too."""
        return self._index is not None and self._index.searchable

    def current(self) -> Index:
        """It, at first built; the last good one where the files cannot be read now. Not for several threads at once."""
        self._index = self._followed(self._index) if self._index else self._opened()
        return self._index

    def close(self) -> None:
        """Release it."""
        if self._index is not None:
            self._index.close()

    def _opened(self) -> Index:
        settings, embedder = self._settings, self._settings.embedder()
        mend = partial(build, settings.docs, settings.index_dir, embedder, server=settings.chroma_url)
        try:
            report = mend(trusting=True)
            self.warnings = tuple(f"未能读取：{message}" for message in report.rejected)
            try:
                return self._read(embedder, mend)
            except NoIndex:
                mend()
                return self._read(embedder, mend)
        except (BuildError, StoreUnavailable) as error:
            self.warnings = (str(error), _LAST_GOOD)
            try:
                return Index.open(settings.index_dir, embedder, settings.chroma_url)
            except NoIndex:
                raise error from None

    def _read(self, embedder: Embedder, mend: Callable[[], object]) -> Index:
        path = snapshot.current(self._settings.index_dir)
        if path is None:
            raise NoIndex("还没有索引。请运行 python -m index build 建立索引。")
        index = Index.open_snapshot(path, embedder, self._settings.chroma_url, mend)
        index.targets()  # the facts, which are else read at the first question for them
        return index

    def _followed(self, index: Index) -> Index:
        """The snapshot in use where that is another one than `index` and can be opened; else `index`."""
        path = snapshot.current(self._settings.index_dir)
        if path is None or path.name == index.snapshot or path == self._unusable:
            return index
        try:
            newer = Index.open_snapshot(path, index.embedder, self._settings.chroma_url)
            newer.open_vectors()  # now, since the snapshot after the next one takes its folder away
            self.warnings = ()
            return newer
        except StoreUnavailable:
            return index
        except NoIndex as error:
            self._unusable = path
            self.warnings = (str(error), _LAST_GOOD)
            return index
