"""`latest/`: small pages that lead to the newest version, from a server or from a disk."""

from __future__ import annotations

import shutil
import tempfile
from html import escape
from pathlib import Path

from analysis.words import say
from publishing.render.staging import staged
from publishing.site.manifest import NAME

PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="canonical" href="{target}">
<script src="{script}"></script>
<meta http-equiv="refresh" content="0; url={target}">
</head>
<body>
<p>{lead} <a href="{target}">{link}</a>.</p>
</body>
</html>
"""
SCRIPT = """// Goes on to the newest version; what was asked for and the place on the page are kept.
location.replace(
  document.querySelector("link[rel=canonical]").href + location.search + location.hash
);
"""
SCRIPT_NAME = "leading.js"
LATEST, FIRST = "latest", "index.html"
COPIED = (".pdf", ".json", ".csv")  # files whose address others keep: they stand here themselves


def write_latest(folder: Path, version: str) -> None:
    """Replace `latest/` and the first page of the folder; nothing else is touched."""
    with staged(folder / LATEST) as stage:
        _fill(stage, folder / "v" / version, version)
    (folder / FIRST).write_text(_first_page(version), encoding="utf-8", newline="\n")
    (folder / ".nojekyll").touch()


def find_astray(folder: Path, version: str) -> list[str]:
    """The files of `latest/`, and the first page, that do not lead to the newest version."""
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch)
        _fill(wanted, folder / "v" / version, version)
        both = [{path.relative_to(root).as_posix(): path.read_bytes()
                 for path in root.rglob("*") if path.is_file() and not path.is_symlink()}
                for root in (wanted, folder / LATEST)]  # fmt: skip
    names = sorted({name for one in both for name in one})
    astray = [f"{LATEST}/{name}" for name in names if both[0].get(name) != both[1].get(name)]
    first = folder / FIRST
    as_written = first.is_file() and first.read_bytes() == _first_page(version).encode()
    return astray if as_written else [FIRST, *astray]


def _first_page(version: str) -> str:
    return leading_page(version, f"{LATEST}/index.html", f"{LATEST}/{SCRIPT_NAME}")


def _fill(stage: Path, site: Path, version: str) -> None:
    """Pages that lead to those of the site, and copies of what others keep the address of."""
    for page in sorted(site.rglob("*.html")):
        name = page.relative_to(site).as_posix()
        place = stage / name
        place.parent.mkdir(parents=True, exist_ok=True)
        up = "../" * (name.count("/") + 1)
        text = leading_page(version, f"{up}v/{version}/{name}", f"{up[3:]}{SCRIPT_NAME}")
        place.write_text(text, encoding="utf-8", newline="\n")
    (stage / SCRIPT_NAME).write_text(SCRIPT, encoding="utf-8", newline="\n")
    for file in sorted(site.glob("*.*")) + sorted(site.glob("*/*.pdf")):
        if file.suffix in COPIED and file.name != NAME:
            place = stage / file.relative_to(site)
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, place)


def leading_page(version: str, target: str, script: str) -> str:
    """A page that leads to another, the place on the page kept by the script."""
    version, target, script = (escape(word) for word in (version, target, script))
    title, link = (say(f"latest.{name}", version=version) for name in ("title", "link"))
    lead = say("latest.lead")
    return PAGE.format(title=title, lead=lead, link=link, target=target, script=script)
