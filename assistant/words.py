"""Chinese text → words, by jieba: loaded at the first call, silent, its cache in our own folder.

Words come from the dictionary alone: guessed ones (会开, 群建) would hide the words we look for.
"""

from __future__ import annotations

import logging
import threading
import unicodedata
from importlib.resources import files
from pathlib import Path
from typing import Any

from ingest.form import read_yaml

SEGMENT = files("assistant") / "lexicon" / "segment.yaml"

_lock = threading.Lock()
_tokenizer: Any = None


def use_cache(folder: Path) -> None:
    """Keep jieba's parsed dictionary in `folder` (made if absent); call before the first word."""
    folder.mkdir(parents=True, exist_ok=True)
    _segmenter(folder)


def levelled(text: str) -> str:
    """Full width to half width, lower case, white space gone."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def words_of(text: str) -> list[str]:
    """Words of `text`, levelled, punctuation dropped; longer words also give their inner words."""
    cut = _segmenter().cut_for_search(levelled(text), HMM=False)
    return [word for word in cut if any(char.isalnum() for char in word)]


def segments_of(text: str) -> list[str]:
    """Words of `text` without overlap, punctuation dropped."""
    cut = _segmenter().cut(levelled(text), HMM=False)
    return [word for word in cut if any(char.isalnum() for char in word)]


def common_words(count: int) -> list[str]:
    """The `count` commonest words of two or three characters in jieba's dictionary, sorted."""
    frequencies = _segmenter().FREQ
    known = [word for word, n in frequencies.items() if n > 0 and 2 <= len(word) <= 3]
    known = [word for word in known if all("一" <= char <= "鿿" for char in word)]
    known.sort(key=lambda word: (-frequencies[word], word))
    return sorted(known[:count])


def _segmenter(folder: Path | None = None) -> Any:
    """One jieba tokenizer of the process. Without a folder given, jieba's own cache is not used
    from the shared temporary folder: the dictionary is parsed in memory."""
    global _tokenizer
    with _lock:
        if _tokenizer is None:
            _tokenizer = _load(folder)
    return _tokenizer


def _load(folder: Path | None) -> Any:
    import jieba

    jieba.setLogLevel(logging.ERROR)
    if folder is None:
        tokenizer = _without_cache(jieba)
    else:
        tokenizer = jieba.Tokenizer()
        tokenizer.tmp_dir = str(folder)
        tokenizer.initialize()
    for word in read_yaml(SEGMENT):
        tokenizer.add_word(word)
    return tokenizer


def _without_cache(jieba: Any) -> Any:
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
