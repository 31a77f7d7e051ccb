"""What the chat model at hand can take."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Profile:
    """Budgets of a chat model: characters of evidence in a prompt, tokens of an answer, turns of history that it is shown.

    `writes` tells whether it answers whatever no exact route answers, from whole clauses, and judges what it wrote;
    `rewrites` whether it makes a follow-up self-contained.
    """

    name: str
    evidence_characters: int
    answer_tokens: int
    turns: int
    writes: bool
    rewrites: bool


SMALL = Profile("small", evidence_characters=480, answer_tokens=220, turns=0, writes=False, rewrites=False)
LARGE = Profile("large", evidence_characters=16_000, answer_tokens=800, turns=6, writes=True, rewrites=True)


def profile(settings: Settings) -> Profile:
    """`small` for the bundled model, `large` for any other address, as the settings overrule; each number likewise."""
    name = settings.llm_profile
    base = LARGE if name == "large" or (name == "auto" and settings.llm_base_url) else SMALL
    characters, tokens, turns = settings.evidence_characters, settings.answer_tokens, settings.history_turns
    return replace(
        base,
        evidence_characters=base.evidence_characters if characters is None else characters,
        answer_tokens=base.answer_tokens if tokens is None else tokens,
        turns=base.turns if turns is None else turns,
    )
