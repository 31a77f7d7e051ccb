"""Settings of the index; each can be set by an environment variable `ZHENGDA_<NAME>`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Self

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import ZhengdaError
from index.store.embed import E5, Embedder, SentenceEmbedder

ROOT = Path(__file__).resolve().parents[1]


def _default_docs() -> Path:
    """The originals beside the project where they are, else the digests that it ships."""
    originals = ROOT.parent / "shared" / "plans"
    return originals if originals.is_dir() else ROOT / "data" / "plans"


def _own_index(docs: Path) -> Path:
    """Where the index of the texts in `docs` is unless told otherwise: each folder has its own, so that none replaces another."""
    folder = ROOT / ".zhengda"
    return folder / "index" if docs.resolve() == _default_docs().resolve() else folder / _index_name(docs)


def _index_name(docs: Path) -> str:
    return f"index-{hashlib.sha256(str(docs.resolve()).encode()).hexdigest()[:8]}"


class SettingsError(ZhengdaError, ValueError):
    """A setting has a value that it cannot have; the message names the variable."""


class IndexSettings(BaseSettings):
    """Where the texts, the index and the embedding model are."""

    model_config = SettingsConfigDict(env_prefix="ZHENGDA_", frozen=True, extra="forbid")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            names = "、".join(f"ZHENGDA_{str(e['loc'][0]).upper()}" if e["loc"] else "" for e in error.errors())
            raise SettingsError(f"设置有误：{names}。可用的取值见 docs/settings.md。") from error

    docs: Path = Field(default_factory=_default_docs, description="政策文件所在文件夹")
    index_dir: Path = Field(
        default_factory=lambda values: _own_index(values["docs"]),
        description="索引所在文件夹；不设则每个文件夹各用各的",
    )
    chroma_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+/?$",
        description="Chroma 服务器地址；不设则用索引文件夹里的嵌入式 Chroma",
    )
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("zhengda"), description="模型缓存文件夹"
    )
    embedding_model: Path | None = Field(
        default=None, description="另一个向量模型（sentence-transformers 文件夹）；不设则用自带模型"
    )

    @classmethod
    def for_docs(cls, docs: Path) -> Self:
        """The settings with other texts, in an index of their own so that neither replaces the other."""
        return cls(docs=docs, index_dir=cls().index_dir.with_name(_index_name(docs)))

    def embedder(self) -> Embedder:
        """The embedding model that these settings name, not loaded yet; raises ModelError if it cannot be had."""
        return SentenceEmbedder(self.embedding_model) if self.embedding_model else E5.bundled(self.cache_dir)
