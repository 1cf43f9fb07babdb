"""`python -m publishing <verb>`: the verbs stand in `publishing.cli`."""

import gc
import os
import sys

gc.set_threshold(100_000)  # a command ends in seconds: looking for cycles takes a third of them
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # none is looked for, or changes a model

from publishing.cli.commands import main  # noqa: E402 - importing makes most objects

if __name__ == "__main__":
    sys.exit(main())
