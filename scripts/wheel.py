"""Build the front ends before a wheel is made, so that `pip install .` of a fresh checkout brings them along."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnds(BuildHookInterface[Any]):
    """Runs what `make install` runs; what is built already costs a moment."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's interface
        """Build into the packages. Raises RuntimeError: a wheel without them would have no widget and no style."""
        if version == "editable":  # `make install` builds them afterwards, with the Node.js of its lock file
            return
        environment = {**os.environ, "BUILD_PYTHON": sys.executable}
        done = subprocess.run(["/bin/sh", "scripts/build-assets.sh"], cwd=self.root, env=environment, check=False)
        if done.returncode:
            raise RuntimeError("The front ends could not be built. Run `make install` in the checkout; it says why.")
