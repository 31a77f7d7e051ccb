"""Every setting of the product, in one frozen object; each can be set by an environment variable `ZHENGDA_<NAME>`."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


def _default_docs() -> Path:
    """The originals beside the project where they are, else the digests that it ships."""
    originals = ROOT.parent / "shared" / "plans"
    return originals if originals.is_dir() else ROOT / "data" / "plans"


class Settings(BaseSettings):
    """Where the texts, the index and the models are, and which chat model answers."""

    model_config = SettingsConfigDict(env_prefix="ZHENGDA_", frozen=True, extra="forbid")

    docs: Path = Field(default_factory=_default_docs, description="政策文件所在文件夹")
    index_dir: Path = Field(default=ROOT / ".zhengda" / "index", description="索引所在文件夹")
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("zhengda"), description="模型缓存文件夹"
    )
    llm: str = Field(default="bundled", pattern="^(bundled|off)$", description="bundled 用自带模型，off 只摘录原文")
    llm_base_url: str | None = Field(default=None, description="OpenAI 兼容接口地址；设了它就不用自带模型")
    llm_model: str = Field(default="default", description="该接口上的模型名")
    llm_api_key: SecretStr = Field(default=SecretStr("none"), description="该接口的密钥")
    llm_timeout: float = Field(default=120.0, gt=0, description="等待模型的秒数上限")
    evidence_tokens: int = Field(default=400, ge=50, description="交给模型的证据上限（约数，按字计）")
    max_question: int = Field(default=2000, ge=10, description="问题的字数上限")
