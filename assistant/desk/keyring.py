"""Keyring: what is derived from the desk's secret key: encryption, indexes, tickets' secrets.

The key is the setting `desk_key`, or a file of 0600 in the data directory that is made once. With
several keys (a rotation) the first one writes and all of them read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

from ingest.errors import StoreError
from ingest.settings import Settings

KEY_FILE = "desk.key"
_NONCE = 12  # bytes, as AES-GCM wants
_ENCRYPTION, _INDEX, _SECRETS = b"contact", b"index", b"secret"


class Keyring:
    def __init__(self, keys: list[str]) -> None:
        self._keys = keys

    @classmethod
    def open(cls, settings: Settings) -> Keyring:
        """Raises StoreError where the key file can be neither read nor made."""
        if settings.desk_key is not None:
            return cls([part.strip() for part in settings.desk_key.reveal().split(",")])
        return cls([_from_file(settings.data_dir / KEY_FILE)])

    def seal(self, text: str, about: str) -> str:
        """`text` encrypted (AES-256-GCM), to be opened for the same `about` only."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE)
        key = _derived(self._keys[0], _ENCRYPTION)
        sealed = AESGCM(key).encrypt(nonce, text.encode(), about.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def unseal(self, sealed: str, about: str) -> str:
        """Raises StoreError where no key fits or the text was tampered with."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        raw = base64.urlsafe_b64decode(sealed)
        for secret in self._keys:
            cipher = AESGCM(_derived(secret, _ENCRYPTION))
            try:
                return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
            except InvalidTag:
                continue
        raise StoreError(
            "联系方式无法解密：密钥与写入时不同（设置 desk_key，或数据目录的 desk.key）"
        )

    def index(self, text: str) -> str:
        """A name for `text` under which it is found without being readable."""
        return self.indexes(text)[0]

    def indexes(self, text: str) -> list[str]:
        """The names that `text` may have, one a key."""
        return [_mac(_derived(secret, _INDEX), text) for secret in self._keys]

    def secrets(self, *about: str) -> list[str]:
        """Secrets that can be made again from the same words, one a key; the first is for new."""
        joined = "\0".join(about)
        return [_mac(_derived(secret, _SECRETS), joined)[:32] for secret in self._keys]


def hashed(secret: str) -> str:
    """What is stored of a random secret of ≥ 128 bits (those need no slow hash)."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """In a time that does not tell how far they agree."""
    encoded = (text.encode(errors="surrogatepass") for text in (one, other))
    return hmac.compare_digest(*encoded)


def _derived(secret: str, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=b"wenbao desk", info=purpose).derive(secret.encode())


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def _from_file(path: Path) -> str:
    try:
        if not path.exists():
            _make(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}：密钥文件不能使用：{error}") from error
    if len(key) < 32:
        raise StoreError(f"{path}：密钥文件不完整")
    return key


def _make(path: Path) -> None:
    """Whole or not at all, and the first of several processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, encoding="ascii", suffix=".new") as file:
        file.write(secrets.token_urlsafe(48))  # the file is 0600 from its first byte
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
