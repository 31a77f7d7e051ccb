"""The vector leg: one Chroma collection per snapshot, in its folder or on a Chroma server. The only importer of chromadb.

Importing that takes half a second and more, so that happens when a store is opened.

On a server, any number of processes may search at once, and build: a snapshot's name tells all that its rows are made
from, so two that write it write the same rows.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from index.errors import ZhengdaError

_NAME = "sentences"
_BATCH = 1000
_SECONDS = 30.0


class StoreError(ZhengdaError, RuntimeError):
    """Chroma cannot read or write its folder: it is damaged, full or read-only."""


class StoreUnavailable(StoreError):
    """The Chroma server is not there, too slow, failing or of another version; nothing is known of what it holds."""


class VectorStore:
    """Unit vectors by id, compared by cosine; each has the id of its document. Raises StoreError.

    They lie in the Chroma folder `folder`, or, where the address of a `server` is given, in that server's collection for
    the snapshot that `folder` would be in.
    """

    def __init__(self, folder: Path, server: str | None = None) -> None:
        self._server = server
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        name = _collection(folder) if server else _NAME
        with self._told():
            self._client = _connected(server) if server else _client(str(folder))
            try:
                self._rows = self._client.get_or_create_collection(
                    name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
                )
            except Exception:
                self.close()
                raise

    @classmethod
    def of_finished(cls, folder: Path, server: str | None) -> VectorStore:
        """The vectors of a finished snapshot, in `folder` if it is there, else on the server."""
        if folder.is_dir():
            try:
                return cls(folder)
            except StoreError:
                return cls._of_copy(folder)
        if server:
            return cls(folder, server)
        raise StoreError("索引文件夹里没有向量；若存在 Chroma 服务器上，请设置 ZHENGDA_CHROMA_URL")

    @classmethod
    def _of_copy(cls, folder: Path) -> VectorStore:
        """A copy of `folder` elsewhere, since Chroma writes even to read, which a full or read-only disk refuses."""
        copy = tempfile.TemporaryDirectory(prefix="zhengda-", ignore_cleanup_errors=True)
        try:
            shutil.copytree(folder, copy.name, dirs_exist_ok=True)
            store = cls(Path(copy.name))
        except (OSError, StoreError) as error:
            copy.cleanup()
            raise StoreError(str(error)) from error
        store._copy = copy
        return store

    def count(self) -> int:
        """Number of vectors held."""
        with self._told():
            return int(self._rows.count())

    def add(self, ids: Sequence[str], document_ids: Sequence[str], texts: Sequence[str], vectors: np.ndarray) -> None:
        """Insert or replace rows; `vectors` is (n, dimensions) float32. Each batch is atomic."""
        for i in range(0, len(ids), _BATCH):
            part = slice(i, i + _BATCH)
            with self._told():
                self._rows.upsert(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    documents=list(texts[part]),
                    metadatas=[{"document_id": d} for d in document_ids[part]],
                )

    def vectors(self, ids: Sequence[str]) -> Iterator[tuple[str, np.ndarray]]:
        """Those of `ids` that are held, with their vectors."""
        for i in range(0, len(ids), _BATCH):
            with self._told():
                got = self._rows.get(ids=list(ids[i : i + _BATCH]), include=["embeddings"])
            yield from zip(got["ids"], got["embeddings"], strict=True)

    def page(self, start: int, size: int) -> tuple[list[str], np.ndarray]:
        """Ids and vectors of up to `size` rows from the row `start` on, in the order of the store."""
        with self._told():
            got = self._rows.get(limit=size, offset=start, include=["embeddings"])
        return list(got["ids"]), np.asarray(got["embeddings"], dtype=np.float32)

    def search(self, vector: np.ndarray, k: int, document_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Up to `k` (id, cosine), best first; only rows of `document_ids` if given."""
        where = None if document_ids is None else {"document_id": {"$in": list(document_ids)}}
        with self._told():
            got = self._rows.query(query_embeddings=vector[None, :], n_results=k, where=where, include=["distances"])
        return [(i, 1.0 - d) for i, d in zip(got["ids"][0], got["distances"][0], strict=True)]

    def close(self) -> None:
        """Release the folder or the connections."""
        _close(self._client)
        if self._copy:
            self._copy.cleanup()

    def _told(self) -> AbstractContextManager[None]:
        return _told_of_server(self._server) if self._server else _told_of_folder()


def remove(folder: Path, server: str | None) -> None:
    """Remove the vectors of a snapshot from the server, if they are there; those in its folder go with the folder."""
    if not server or folder.is_dir():
        return
    from chromadb.errors import NotFoundError

    with _told_of_server(server):
        client = _connected(server)
        try:
            client.delete_collection(_collection(folder))
        except NotFoundError:
            pass
        finally:
            _close(client)


def _close(client: Any) -> None:
    client.close()
    for each in (client, client._admin_client):  # Chroma leaves the connections of both to a server open
        if session := getattr(each._server, "_session", None):
            session.close()


def _collection(folder: Path) -> str:
    return f"zhengda-{folder.parent.name}"


def _connected(server: str) -> Any:
    """A client of the server at that address, once it has answered and speaks our version of the API."""
    import chromadb
    import httpx

    api = chromadb.__version__.partition(".")[0]  # a server tells the version of its API, not its own
    answer = httpx.get(f"{server.rstrip('/')}/api/v2/version", timeout=_SECONDS)
    version = answer.text.strip('" \n') if answer.is_success else f"HTTP {answer.status_code}"
    if version.partition(".")[0] != api:
        raise StoreUnavailable(
            f"Chroma 服务器 {server} 的版本不合（它回答 {version[:40]}，需要 {api}.x）。请换成 {api}.x 的服务器。"
        )
    address = urlsplit(server)
    secure = address.scheme == "https"
    client: Any = chromadb.HttpClient(
        address.hostname or "",
        address.port or (443 if secure else 80),
        ssl=secure,
        settings=chromadb.Settings(anonymized_telemetry=False),
    )
    client._server._session.timeout = httpx.Timeout(_SECONDS)  # Chroma waits for ever and has no setting for it
    return client


def _client(path: str) -> Any:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.errors import ChromaError

    settings = chromadb.Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=path)
    try:
        return chromadb.PersistentClient(path=path, settings=settings)
    except ChromaError:
        # Chroma keeps a system that failed to start, and gives it to every later client of the same folder.
        if path not in SharedSystemClient._identifier_to_refcount:
            SharedSystemClient._identifier_to_system.pop(path, None)
        raise


@contextmanager
def _told_of_server(server: str) -> Iterator[None]:
    import httpx
    from chromadb.errors import NotFoundError

    try:
        yield
    except StoreError:
        raise
    except httpx.TimeoutException as error:
        raise StoreUnavailable(
            f"Chroma 服务器 {server} 在 {_SECONDS:g} 秒内没有回答。请稍后再试，或检查它的负载。"
        ) from error
    except httpx.HTTPError as error:
        raise StoreUnavailable(
            f"连不上 Chroma 服务器 {server}（{error}）。请确认它在运行，或改 ZHENGDA_CHROMA_URL。"
        ) from error
    except NotFoundError as error:
        raise StoreError(f"Chroma 服务器 {server} 上没有这一版索引的向量。请运行 python -m index build。") from error
    except Exception as error:  # Chroma's client raises a bare Exception for an answer that it does not know
        raise StoreUnavailable(f"Chroma 服务器 {server} 出错（{str(error)[:200]}）。请查看它的日志。") from error


@contextmanager
def _told_of_folder() -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise StoreError(str(error)) from error
