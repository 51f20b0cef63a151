"""Settings: where each comes from, and that a misspelt one is never ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SettingsError
from ingest.settings import NAMES, Settings


def write(folder: Path, text: str) -> Path:
    path = folder / "wenbao.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults() -> None:
    settings = Settings.load(environ={})

    assert settings.data_dir.name == "wenbao"
    assert settings.embedding_model == "built-in"
    assert settings.llm is None
    assert set(settings.origins.values()) == {"default"}


def test_file_then_environment_then_call(tmp_path: Path) -> None:
    config = write(tmp_path, 'data_dir = "a"\nembedding_model = "f"\nreranker = "r"\n')
    environ = {"WENBAO_CONFIG": str(config), "WENBAO_EMBEDDING_MODEL": "e", "WENBAO_RERANKER": ""}

    settings = Settings.load(environ=environ, data_dir=tmp_path / "c")

    assert settings.data_dir == tmp_path / "c"
    assert settings.embedding_model == "e"
    assert settings.reranker == "r"  # an empty variable is not set
    assert settings.origins["data_dir"] == "command line"
    assert settings.origins["embedding_model"] == "environment"
    assert settings.origins["reranker"] == "file"


def test_a_path_in_a_file_is_relative_to_the_file(tmp_path: Path) -> None:
    config = write(tmp_path, 'data_dir = "a"')

    assert Settings.load(config, environ={}).data_dir == tmp_path / "a"


def test_a_file_in_the_current_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 'reranker = "here"')
    monkeypatch.chdir(tmp_path)

    assert Settings.load(environ={}).reranker == "here"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "data_dir"])
def test_every_setting_has_its_variable(name: str) -> None:
    values = {"llm": "a:b", "llm_uses": "plan", "database_url": "sqlite:////x.db"}
    values["retriever"] = "bm25"
    values |= {"llm_local_only": "true", "llm_json": "schema", "llm_prices": "2,8"}
    values |= {"llm_tracing": "opentelemetry", "api_key_required": "1", "trust_forwarded": "1"}
    numeric = isinstance(getattr(Settings.load(environ={}), name), int)
    value = values.get(name, "7" if numeric else "http://host.example:1")

    settings = Settings.load(environ={f"WENBAO_{name.upper()}": value})

    assert settings.origins[name] == "environment"
    assert getattr(settings, name) is not None


@pytest.mark.parametrize(
    ("environ", "nearest"),
    [
        ({"WENBAO_DATADIR": "x"}, "WENBAO_DATA_DIR"),
        ({"WENBAO_LLM_APIKEY": "x"}, "WENBAO_LLM_API_KEY"),
        ({"wenbao_llm": "a:b"}, "WENBAO_LLM"),
    ],
)
def test_an_unknown_variable_is_an_error(environ: dict[str, str], nearest: str) -> None:
    with pytest.raises(SettingsError, match=nearest):
        Settings.load(environ=environ)


def test_an_unknown_name_in_the_file_is_an_error(tmp_path: Path) -> None:
    config = write(tmp_path, 'embeding_model = "x"')

    with pytest.raises(SettingsError, match=r"wenbao\.toml.*是不是 embedding_model"):
        Settings.load(config, environ={})


def test_a_retriever_is_one_of_three(tmp_path: Path) -> None:
    assert Settings.load(environ={}, data_dir=tmp_path).retriever == "hybrid"
    with pytest.raises(SettingsError, match="hybrid、dense、bm25 之一，不能是 words"):
        Settings.load(environ={}, data_dir=tmp_path, retriever="words")


@pytest.mark.parametrize("text", ["data_dir = ", "data_dir = 3", 'llm = ""', "llm_uses = [1]"])
def test_an_unusable_file_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        Settings.load(write(tmp_path, text), environ={})


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="没有这个配置文件"):
        Settings.load(tmp_path / "none.toml", environ={})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://h/d"),
        ("database_url", "sqlite://"),
        ("chroma_url", "localhost:8000"),
        ("llm", "gpt"),
        ("llm_uses", "plan,everything"),
    ],
)
def test_unusable_values(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.load(environ={f"WENBAO_{name.upper()}": value})


def test_the_postgres_url_that_people_copy() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+pg8000"):
        settings = Settings.load(environ={"WENBAO_DATABASE_URL": f"{scheme}://u@h/d"})
        assert settings.database_url == "postgresql+pg8000://u@h/d"


def test_a_data_dir_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="不是文件夹"):
        Settings.load(environ={}, data_dir=tmp_path / "file")


def test_secrets_are_never_shown() -> None:
    environ = {
        "WENBAO_LLM_API_KEY": "sk-hunter2",
        "WENBAO_DATABASE_URL": "postgresql://u:p@ss-hunter2@h/d",
        "WENBAO_CHROMA_URL": "https://u:hunter2@h",
    }
    settings = Settings.load(environ=environ)
    shown = "".join(value for _, value, _ in settings.shown())

    assert "hunter2" not in shown + repr(settings.llm_api_key) + str(settings.llm_api_key)
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.reveal() == "sk-hunter2"


def test_a_wrong_url_does_not_show_its_password_in_the_error() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load(environ={"WENBAO_DATABASE_URL": "mysql://u:secret@h/d"})

    assert "secret" not in str(caught.value)
