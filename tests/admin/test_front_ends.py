"""The doctor on front ends that were not built, and the wheel that is not made without them."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from admin.doctor import front_ends

ROOT = Path(__file__).parents[2]


def test_the_doctor_names_a_front_end_that_was_not_built():
    (finding,) = front_ends(["knowledge"])

    assert (finding.subject, finding.message) == ("front end", "the one of knowledge has not been built")
    assert not finding.ok


@pytest.fixture
def hook(tmp_path):
    """Return the hook of a checkout whose build script is the test's."""
    (tmp_path / "scripts").mkdir()
    spec = spec_from_file_location("wheel", ROOT / "scripts/wheel.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FrontEnds(str(tmp_path), {}, None, None, str(tmp_path), "wheel")


@pytest.mark.parametrize(("version", "built"), [("standard", True), ("editable", False)])
def test_a_wheel_is_made_with_its_front_ends(hook, tmp_path, version, built):
    (tmp_path / "scripts/build-assets.sh").write_text("touch built\n")

    hook.initialize(version, {})

    assert (tmp_path / "built").exists() == built


def test_no_wheel_is_made_when_the_front_ends_cannot_be_built(hook, tmp_path):
    (tmp_path / "scripts/build-assets.sh").write_text("exit 1\n")

    with pytest.raises(RuntimeError, match="Run `make install`"):
        hook.initialize("standard", {})
