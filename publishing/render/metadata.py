"""The metadata both engines hand to Pandoc: what the furniture of page and PDF prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.statistics import format_date
from analysis.words import say
from publishing.manuscript.context import Attachment, RenderContext
from publishing.render.markdown import escape
from publishing.render.stamps import SHORT_HASH


def spoken_date(context: RenderContext) -> str:
    """`6 February 2026`."""
    return format_date(context.date.isoformat())


COVER = ("status", "version", "updated", "evidence_to", "audience", "rendered_by", "licence")
HASHES = ("content_hash", "build_hash")


def colophon(context: RenderContext, names: Sequence[str]) -> list[tuple[str, str]]:
    """Name and value of each of these facts of a build, in order; none that is not known."""
    facts = {
        "status": context.status,
        "version": context.version,
        "updated": spoken_date(context),
        "evidence_to": format_date(context.evidence_to),
        "audience": context.audience,
        "rendered_by": say("cover.engine", engine=context.engine),
        "licence": context.licence,
        "content_hash": context.content_hash,
        "build_hash": context.build_hash,
        "content": context.content_hash[:SHORT_HASH],
        "build": context.build_hash[:SHORT_HASH],
    }
    return [(say(f"cover.{name}"), facts[name]) for name in names if facts[name]]


def review_metadata(context: RenderContext, attachments: Sequence[Attachment]) -> dict[str, Any]:
    """The map `review` of the metadata, strings escaped as Markdown."""
    date = context.date
    return {
        "version": escape(context.version),
        "status": escape(context.status),
        "updated": spoken_date(context),
        "content-hash": escape(context.content_hash),
        "evidence-to": escape(format_date(context.evidence_to)),
        "banner": escape(context.banner),
        "question": escape(context.question),
        "answer": escape(f"{context.answer}.") if context.answer else "",
        "typst-date": _typst(f"datetime(year: {date.year}, month: {date.month}, day: {date.day})"),
        "steps": [
            {"name": _word(name), "state": _word(state)} for name, state in context.status_steps
        ],
        "rows": [
            {"name": name, "value": escape(value)} for name, value in colophon(context, COVER)
        ],
        "hashes": [
            {"name": name, "value": escape(value)} for name, value in colophon(context, HASHES)
        ],
        "attachments": [
            {
                "path": _quoted("/" + attachment.name),
                "mime-type": _quoted(attachment.mime_type),
                "description": _quoted(attachment.description),
            }
            for attachment in attachments
            if attachment.in_pdf
        ],
    }


def _named(context: RenderContext, names: Sequence[str]) -> list[dict[str, str]]:
    return [{"name": name, "value": escape(text)} for name, text in colophon(context, names)]


def _word(text: str) -> str:
    return _typst(text.replace("\\", "\\\\").replace('"', '\\"'))


def _quoted(text: str) -> str:
    return _typst('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')


def _typst(code: str) -> str:
    """Raw Typst inside a metadata string: the template prints it as it is."""
    return f"``{code}``{{=typst}}"
