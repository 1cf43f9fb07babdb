"""The command line moved: for projects that still call `python -m report`."""

from __future__ import annotations

import sys

from publishing.cli.commands import main

if __name__ == "__main__":
    print("`python -m report` is now `python -m publishing`.", file=sys.stderr)
    sys.exit(main())
