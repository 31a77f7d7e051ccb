"""Every setting of the product, in one frozen object; each can be set by an environment variable `ZHENGDA_<NAME>`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from index.settings import ROOT, IndexSettings


class Settings(IndexSettings):
    """The index's settings, and which chat model answers."""

    llm: str = Field(default="bundled", pattern="^(bundled|off)$", description="bundled 用自带模型，off 只摘录原文")
    llm_base_url: str | None = Field(default=None, description="OpenAI 兼容接口地址；设了它就不用自带模型")
    llm_model: str = Field(default="default", description="该接口上的模型名")
    llm_api_key: SecretStr = Field(default=SecretStr("none"), description="该接口的密钥")
    llm_timeout: float = Field(default=120.0, gt=0, description="等待模型的秒数上限")
    llm_profile: str = Field(
        default="auto",
        pattern="^(auto|small|large)$",
        description="模型的能力档：small 给自带模型，large 给其他接口上的模型；auto 按有没有设接口地址来定",
    )
    evidence_characters: int | None = Field(
        default=None, ge=50, description="交给模型的证据上限（字）；不设则随能力档：small 480，large 16000"
    )
    answer_tokens: int | None = Field(
        default=None, ge=20, description="回答的上限（词元）；不设则随能力档：small 220，large 800"
    )
    history_turns: int | None = Field(
        default=None, ge=0, description="给模型看几轮对话；不设则随能力档：small 0，large 6"
    )
    least_probability: float = Field(
        default=0.45, gt=0, lt=1, description="证据里有答案的概率低于它就拒答：越高越谨慎，也越多误拒"
    )
    feedback: Path = Field(
        default=ROOT / ".zhengda" / "feedback.jsonl", description="网页上的赞与踩存在哪个文件（JSON Lines）"
    )
    max_question: int = Field(default=2000, ge=10, description="问题的字数上限")
