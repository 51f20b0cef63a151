"""Train the built-in static embedding: `python -m eval.training.train_embedding`.

A token's row is the sum of its characters' vectors and, for a word, a vector of its own, so that
words never seen together still meet in their characters. Trained with InfoNCE over pairs in the
batch, both ways; texts of one group are not negatives of each other. Everything is folded into
one row per token at the end, in the layout of sentence-transformers' StaticEmbedding.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

from assistant.words import words_of
from eval.training.pairs import Pair, all_pairs

TARGET = Path(__file__).parents[2] / "ingest" / "models" / "wenbao-static-zh"
STATIC = "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"
NORMALIZE = "sentence_transformers.base.modules.normalize.Normalize"
UNKNOWN = "[UNK]"


def common_characters() -> list[str]:
    """The 6,763 characters of GB 2312, which any report is written in, and ASCII."""
    han = []
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                han.append(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return han + [chr(code) for code in range(33, 127) if not chr(code).isupper()]


def word_counts(pairs: list[Pair]) -> Counter[str]:
    """Words of two to six characters in our own pairs."""
    counts: Counter[str] = Counter()
    for pair in pairs:
        for text in (pair.left, pair.right):
            counts.update(word for word in words_of(text) if 2 <= len(word) <= 6)
    return counts


def build_tokenizer(counts: Counter[str]) -> Tokenizer:
    """Unigram over words and characters: the longest known words win."""
    words = sorted(word for word, count in counts.items() if count >= 3 and not word.isdigit())
    vocabulary = [(UNKNOWN, -30.0)]
    vocabulary += [(char, -10.0) for char in common_characters()]
    vocabulary += [(word, -8.0 - 0.5 * len(word)) for word in words]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), "")]
    )
    punctuation = Regex(r"[,.;:!?、。“”‘’《》〈〉()\[\]·…—\-]+")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(punctuation, "removed")
    return tokenizer


def parts_of(tokenizer: Tokenizer) -> list[list[int]]:
    """For each token: the ids whose vectors it sums (its characters, and itself)."""
    size = tokenizer.get_vocab_size()
    parts: list[list[int]] = []
    for token_id in range(size):
        token = tokenizer.id_to_token(token_id) or ""
        characters = [] if token == UNKNOWN else [tokenizer.token_to_id(c) for c in token]
        known = [part for part in characters if part is not None]
        parts.append([token_id] if len(token) <= 1 or token == UNKNOWN else [*known, token_id])
    return parts


def train(pairs: list[Pair], tokenizer: Tokenizer, options: argparse.Namespace) -> Any:
    """The folded matrix [tokens, dimension] as float32."""
    import torch

    torch.manual_seed(options.seed)
    torch.use_deterministic_algorithms(True)
    parts, size = parts_of(tokenizer), tokenizer.get_vocab_size()
    start = torch.randn(size, options.dimension) / options.dimension**0.5
    single = torch.tensor([len(part) == 1 for part in parts])
    start[~single] = 0.0  # a word begins as the sum of its characters
    table = torch.nn.EmbeddingBag(size, options.dimension, mode="sum", _weight=start.clone())
    anchor = start.clone()
    optimiser = torch.optim.Adam(table.parameters(), lr=options.rate)
    encoded = [(_ids(p.left, tokenizer, parts), _ids(p.right, tokenizer, parts)) for p in pairs]
    groups = {name: index for index, name in enumerate(sorted({p.group for p in pairs}))}
    labels = torch.tensor([groups[p.group] for p in pairs])
    order = random.Random(options.seed)
    for epoch in range(options.epochs):
        total = _epoch(table, anchor, optimiser, encoded, labels, order, options)
        sys.stderr.write(f"epoch {epoch + 1}/{options.epochs}: loss {total:.4f}\n")
    weights = table.weight.detach().numpy()
    return np.stack([weights[part].sum(axis=0) for part in parts]).astype(np.float32)


def _ids(text: str, tokenizer: Tokenizer, parts: list[list[int]]) -> list[int]:
    tokens = tokenizer.encode(text, add_special_tokens=False).ids
    return [part for token in tokens for part in parts[token]] or [0]


def _epoch(
    table: Any,
    anchor: Any,
    optimiser: Any,
    encoded: list[tuple[list[int], list[int]]],
    labels: Any,
    order: random.Random,
    options: argparse.Namespace,
) -> float:

    indices = list(range(len(encoded)))
    order.shuffle(indices)
    total, steps = 0.0, 0
    for start in range(0, len(indices) - options.batch + 1, options.batch):
        chosen = indices[start : start + options.batch]
        left = _pool(table, [encoded[i][0] for i in chosen])
        right = _pool(table, [encoded[i][1] for i in chosen])
        loss = _info_nce(left, right, labels[chosen], options.scale)
        drift = (table.weight - anchor).pow(2).sum(dim=1).mean()
        optimiser.zero_grad()
        (loss + options.stay * drift).backward()
        optimiser.step()
        total, steps = total + float(loss.detach()), steps + 1
    return total / max(steps, 1)


def _pool(table: Any, lists: list[list[int]]) -> Any:
    import torch

    flat = torch.tensor([i for ids in lists for i in ids])
    offsets = torch.tensor(np.cumsum([0] + [len(ids) for ids in lists[:-1]]))
    return torch.nn.functional.normalize(table(flat, offsets), dim=1)


def _info_nce(left: Any, right: Any, labels: Any, scale: float) -> Any:
    """Cross-entropy of finding one's partner among the batch, both ways."""
    import torch

    scores = left @ right.T * scale
    same = labels[:, None] == labels[None, :]
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, -1e4)
    target = torch.arange(len(labels))
    entropy = torch.nn.functional.cross_entropy
    return (entropy(scores, target) + entropy(scores.T, target)) / 2


def save(rows: Any, tokenizer: Tokenizer, folder: Path) -> None:
    """The folder that `SentenceTransformer(folder)` and `ingest.embedding` both open."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    save_file({"embedding.weight": rows.astype(np.float16)}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": STATIC},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": NORMALIZE},
    ]
    key = "sentence_embedding"
    normalise = {"module_input_name": key, "module_output_name": key}
    config = {"model_type": "SentenceTransformer", "prompts": {}, "similarity_fn_name": "cosine"}
    (folder / "model.safetensors").chmod(0o644)
    _write(folder / "modules.json", modules)
    _write(folder / "1_Normalize" / "config.json", normalise)
    _write(folder / "config_sentence_transformers.json", config)


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--seed", type=int, default=711)
    parser.add_argument("--dimension", type=int, default=192)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=0.005)
    parser.add_argument("--scale", type=float, default=20.0)
    parser.add_argument("--stay", type=float, default=0.05, help="pull towards the start")
    return parser.parse_args()


def main() -> None:
    from assistant.words import common_words

    options = arguments()
    pairs = all_pairs(options.seed, common_words(4000))
    tokenizer = build_tokenizer(word_counts(pairs))
    rows = train(pairs, tokenizer, options)
    save(rows, tokenizer, options.out)
    sys.stderr.write(f"{len(pairs)} pairs, {tokenizer.get_vocab_size()} tokens → {options.out}\n")


if __name__ == "__main__":
    main()
