"""Which chat model answers, in words for the foot of the page: never its address nor its key."""

from __future__ import annotations

from assistant.model.local import NAME
from assistant.model.profile import profile
from assistant.settings import Settings
from ui.say import CHINESE, say


def model(settings: Settings, language: str = CHINESE) -> str:
    """对话模型：… with whose it is and its profile, or that answers are quotations only."""
    if settings.llm == "off":
        return say("只摘录原文，不用对话模型", language)
    able = profile(settings).name
    if settings.llm_base_url:
        name = settings.llm_model.rstrip("/").rpartition("/")[2]  # some servers name a model by the path of its file
        return say("对话模型：{name}（接口上的模型，{profile}）", language, name=name, profile=able)
    return say("对话模型：{name}（自带，{profile}）", language, name=NAME.partition("-Instruct")[0], profile=able)
