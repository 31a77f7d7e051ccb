"""Chinese text to words: jieba's, with the vocabulary of policy texts (`policy_words.txt`) added."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import rjieba

_WORDS = Path(__file__).with_name("policy_words.txt")


def vocabulary() -> str:
    """Names the way that text is cut into words: keyword indexes of equal vocabularies can be used for each other."""
    return f"rjieba-{version('rjieba')}-{hashlib.sha256(_WORDS.read_bytes()).hexdigest()[:8]}"


@cache
def _tokenizer() -> rjieba.Jieba:
    tokenizer = rjieba.Jieba()
    for word in _WORDS.read_text(encoding="utf-8").split():
        tokenizer.add_word(word, 50_000, "n")
    return tokenizer


@lru_cache(maxsize=8192)
def cut(text: str) -> tuple[str, ...]:
    """Words of `text`, in order; joined they give it back."""
    return tuple(_tokenizer().cut(text))


def cut_for_search(text: str) -> list[str]:
    """Words and the shorter words inside them."""
    return list(_tokenizer().cut_for_search(text))


@lru_cache(maxsize=8192)
def tag(text: str) -> tuple[tuple[str, str], ...]:
    """Words with their part of speech in ICTCLAS letters (n noun, v verb, ns place, …)."""
    return tuple(_tokenizer().tag(text))


def is_word(text: str) -> bool:
    """Whether `text` is in the dictionary, not merely guessed to be a word."""
    return bool(_tokenizer().has_word(text))
