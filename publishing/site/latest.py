"""`latest/`: small pages that lead to the newest version, from a server or from a disk."""

from __future__ import annotations

import shutil
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
COPIED = (".pdf", ".json", ".csv")  # files whose address others keep: they stand here themselves


def write_latest(folder: Path, version: str) -> None:
    """Replace `latest/` and the first page of the folder; nothing else is touched."""
    site = folder / "v" / version
    with staged(folder / "latest") as stage:
        for page in sorted(site.rglob("*.html")):
            name = page.relative_to(site).as_posix()
            place = stage / name
            place.parent.mkdir(parents=True, exist_ok=True)
            up = "../" * (name.count("/") + 1)
            text = leading_page(version, f"{up}v/{version}/{name}", f"{up[3:]}{SCRIPT_NAME}")
            place.write_text(text, encoding="utf-8")
        (stage / SCRIPT_NAME).write_text(SCRIPT, encoding="utf-8", newline="\n")
        for file in sorted(site.glob("*.*")) + sorted(site.glob("*/*.pdf")):
            if file.suffix in COPIED and file.name != NAME:
                place = stage / file.relative_to(site)
                place.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, place)
    first = leading_page(version, "latest/index.html", f"latest/{SCRIPT_NAME}")
    (folder / "index.html").write_text(first, encoding="utf-8", newline="\n")
    (folder / ".nojekyll").touch()


def leading_page(version: str, target: str, script: str) -> str:
    """A page that leads to another, the place on the page kept by the script."""
    version, target, script = (escape(word) for word in (version, target, script))
    title, link = (say(f"latest.{name}", version=version) for name in ("title", "link"))
    lead = say("latest.lead")
    return PAGE.format(title=title, lead=lead, link=link, target=target, script=script)
