"""Built front ends: whether they are there."""

import sys

from runtime.assets import is_built, load_assets


def test_a_package_without_built_files_is_told_from_one_with_them(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "a_front_end"
    package.mkdir()
    (package / "__init__.py").touch()

    assert not is_built("a_front_end")
    (package / "static").mkdir()
    assert not is_built("a_front_end"), "an empty folder shows nothing"
    (package / "static" / "style.css").touch()
    assert is_built("a_front_end")
    assert list(load_assets("a_front_end")) == ["style.css"]
    del sys.modules["a_front_end"]
