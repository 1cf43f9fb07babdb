"""Figures for patients and carers: benefit beside harm, always of a hundred people."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publishing.document import Citation, ClaimText
from publishing.figure import Figure, save
from publishing.figures.people import HUNDRED, People, draw_people, people_of
from publishing.workbench import Workbench

SAME = "Each picture is a hundred people."
KEY = ("it happened", "it did not happen")


def render_ide(bench: Workbench) -> Figure:
    """Ide-cel in its first large trial: response and harm, of those given the cells."""
    return _beside(
        bench, "people-ide", "given ide-cel",
        ("orr.ide", "infection.g3.ide", "cr.ide", "fatal-reaction.ide.label"),
    )  # fmt: skip


def render_cilta(bench: Workbench) -> Figure:
    """Cilta-cel in its first large trial: response and harm, of those given the cells."""
    return _beside(
        bench, "people-cilta", "given cilta-cel",
        ("orr.cilta", "infection.g3.cilta", "cr.cilta", "trm.cilta"),
    )  # fmt: skip


TITLES = ("cancer shrank by\nat least half", "severe infection", "usual tests found\nno cancer",
          "died of the\ntreatment")  # fmt: skip
EVENTS = ("the cancer shrank by at least half", "a severe infection",
          "the usual tests found no cancer", "death from the treatment")  # fmt: skip


def _beside(bench: Workbench, name: str, who: str, claims: Sequence[str]) -> Figure:
    """Two benefits on the left, two harms on the right, with the same number of people."""
    pictures = [_people(bench, claim, title) for claim, title in zip(claims, TITLES, strict=True)]
    save(bench.root, name, draw_people([pictures[:2], pictures[2:]], key=KEY))
    return _figure(bench, name, who, list(zip(claims, EVENTS, strict=True)))


YEAR = (
    ("os.12m.ide", "ide-cel: alive\nafter one year"),
    ("fatal-reaction.ide.label", "ide-cel: died of\nthe treatment"),
    ("os.12m.cilta", "cilta-cel: alive\nafter one year"),
    ("trm.cilta", "cilta-cel: died of\nthe treatment"),
)


def render_year(bench: Workbench) -> Figure:
    """Alive after a year beside death from the treatment, both products."""
    pictures = [_people(bench, claim, title) for claim, title in YEAR]
    save(bench.root, "people-year", draw_people([pictures[:2], pictures[2:]], key=KEY))
    events = [
        ("os.12m.ide", "alive one year after ide-cel"),
        ("fatal-reaction.ide.label", "death from treatment with ide-cel"),
        ("os.12m.cilta", "alive one year after cilta-cel"),
        ("trm.cilta", "death from treatment with cilta-cel"),
    ]
    return _figure(bench, "people-year", "given the cells", events)


TRIAL = (
    ("pfs.18m.karmma-3.ide", "ide-cel group:\nalive and no worse\nat 18 months"),
    ("death.6m.karmma-3.ide", "ide-cel group:\ndied within\n6 months"),
    ("pfs.18m.karmma-3.standard", "other drugs:\nalive and no worse\nat 18 months"),
    ("death.6m.karmma-3.standard", "other drugs:\ndied within\n6 months"),
)


def render_trial(bench: Workbench) -> Figure:
    """The trial that used chance: alive without progression beside early death, both groups."""
    pictures = [_people(bench, claim, title) for claim, title in TRIAL]
    save(bench.root, "people-trial", draw_people([pictures[:2], pictures[2:]], key=KEY))
    events = [
        ("pfs.18m.karmma-3.ide", "alive and no worse at eighteen months with ide-cel"),
        ("death.6m.karmma-3.ide", "death within six months with ide-cel"),
        ("pfs.18m.karmma-3.standard", "alive and no worse at eighteen months with other drugs"),
        ("death.6m.karmma-3.standard", "death within six months with other drugs"),
    ]
    return _figure(bench, "people-trial", "put in each group by chance", events)


def render_way(bench: Workbench) -> Figure:
    """From cell collection on: given the cells, and cancer shrank; both products."""
    shares = [("ide-cel", "infused.ide", "orr.ide.leukapheresed"),
              ("cilta-cel", "infused.cilta", "orr.cilta.leukapheresed")]  # fmt: skip
    pictures = [
        People(
            f"{product}:\ncells collected, and\nthe cancer shrank",
            people_of(bench.ledger[shrank]),
            HUNDRED - people_of(bench.ledger[given]),
        )
        for product, given, shrank in shares
    ]
    key = ("given the cells, cancer shrank", "given the cells, cancer shrank too little",
           "never given the cells")  # fmt: skip
    save(bench.root, "people-way", draw_people([pictures], key=key))
    events = [
        (claim, f"{what} {product}")
        for product, given, shrank in shares
        for claim, what in ((given, "people given"), (shrank, "cancer shrank after"))
    ]
    return _figure(bench, "people-way", "whose cells were collected", events)


def render_one_page(bench: Workbench) -> Figure:
    """The four numbers of the single page: both products, benefit beside harm."""
    claims = ("orr.ide", "infection.g3.ide", "orr.cilta", "infection.g3.cilta")
    titles = ("ide-cel: cancer\nshrank", "ide-cel: severe\ninfection",
              "cilta-cel: cancer\nshrank", "cilta-cel: severe\ninfection")  # fmt: skip
    pictures = [_people(bench, claim, title) for claim, title in zip(claims, titles, strict=True)]
    rows = [pictures[:2], pictures[2:]]
    save(bench.root, "people-one-page", draw_people(rows, key=KEY))
    events = [
        ("orr.ide", "the cancer shrank after ide-cel"),
        ("infection.g3.ide", "a severe infection after ide-cel"),
        ("orr.cilta", "the cancer shrank after cilta-cel"),
        ("infection.g3.cilta", "a severe infection after cilta-cel"),
    ]
    return _figure(bench, "people-one-page", "given the cells", events)


def _people(bench: Workbench, claim: str, title: str) -> People:
    return People(title, people_of(bench.ledger[claim]))


def _figure(bench: Workbench, name: str, who: str, events: Sequence[tuple[str, str]]) -> Figure:
    """Alt text and caption say the same: every event with its number, of the same people."""
    told = [(what, ClaimText(bench.ledger[claim], "natural")) for claim, what in events]
    plain = "; ".join(f"{what}, {claim.text}" for what, claim in told)
    marked = "; ".join(f"{what}, {claim}" for what, claim in told)
    keys = dict.fromkeys(key for claim, _ in events for key in bench.ledger[claim].citekeys)
    return Figure(
        name,
        alt=f"Pictures of a hundred people {who}. {_capital(plain)}.",
        caption=f"People {who}. {SAME} {_capital(marked)}. {Citation(tuple(keys))}",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "people-ide": render_ide,
    "people-cilta": render_cilta,
    "people-year": render_year,
    "people-trial": render_trial,
    "people-way": render_way,
    "people-one-page": render_one_page,
}
