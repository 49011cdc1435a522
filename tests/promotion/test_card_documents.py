"""A card as a document: whatever people and tools wrote, nothing of it is obeyed and nothing is hidden."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.documents.markdown import markdown
from mlops_console.documents.page import page
from mlops_console.promotion.card.composing import composed
from mlops_console.promotion.card.missing import missing_parts, table
from mlops_console.promotion.card.model import (
    Card,
    ConsentTold,
    Contents,
    DeploymentTold,
    Figure,
    FileTold,
    KpiTold,
    Lineage,
    MoveTold,
    RemarkTold,
)
from mlops_console.promotion.model import GateResult, Judged, SliceFound
from mlops_console.wishes.model import Kpi, ModelWishes

EVIL = "</style><script>alert(1)</script><img src=x onerror=y>\"'`|*[a](http://b)\x1b[31m\u202e\n# x"
AT = 1_790_000_000_000_000
OURS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "h3", "p",
    "ul", "li", "div", "span", "b", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "pre",
    "code",
}  # fmt: skip


def full(text: str = "said", **changed) -> Card:
    """Every part of it says something."""
    kpi = Kpi(text, text, "max", 0.5, 0.9, text, 30.0, 10.0, text, text)
    gates = (
        GateResult(text, "pass", text, text, text, text),
        GateResult("safe", "fail", text, text, text, text),
    )
    judged = (Judged(text, "max", text, 0.1, (0.0, 0.2), 0.01, text, text),)
    slices = (SliceFound(text, 10, -0.1, (-0.2, 0.0), 0.01), SliceFound(text, 3, None))
    move = MoveTold(
        "01A", text, "promote", text, AT, True, text, 1, None, gates=gates, overridden=("safe",),
        judgements=judged, slices=slices,
    )  # fmt: skip
    lineage = Lineage(
        "run", {"name": text, "path": text, "native_id": text}, True, text, text, text, text,
        {"commit": text, "branch": text, "dirty": True, "untracked": [text]},
        ({"name": text, "path": text, "sha256": text, "size": 3, text: text}, {"name": text}),
        {"python": text, "command": text}, (text,), {text: text}, {text: text}, {text: text}, {text: text},
        {"params": 3},
    )  # fmt: skip
    contents = Contents(
        text, 10, text, True, text, (FileTold(text, 5, text), FileTold("b", 5, "0")), 2, (text,), (text,)
    )
    card = Card(
        model=text, version=1, version_id="01A", project=text, standing="held", words=text,
        wishes=ModelWishes("churn", text, text, "max", text, text, kpis=(kpi,)),
        registered_by=text, registered_at=AT, registered_proven=False, reason=text, retracted=text,
        contested=True, metric=text,
        figures=(Figure(text, "max", 0.5, text, (0.4, 0.6), 10, 0.5, (0.4, 0.6), 5),), unsure=(text,),
        kpis=(KpiTold(kpi, 0.6, True, False, text),), lineage=lineage, contents=contents,
        moves=(move, replace(move, way="rollback", version=None, before=1, holds=False, because=text)),
        consents=tuple(ConsentTold(text, AT, text, text, gates, False) for gates in ((text,), ())),
        deployments=(DeploymentTold(text, text, text, text, AT, "returned", text, True),),
        notes=(RemarkTold(text, text, AT),), tags=(RemarkTold(text, text, AT),),
        missing=missing_parts(ModelWishes("churn"), {}), mistakes=(text,), private=True, made=AT, maker="m",
        checked=text,
    )  # fmt: skip
    return replace(card, **changed)


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


def seen(card: Card) -> Seen:
    document = composed(card)
    parser = Seen()
    parser.feed(page(document.blocks, document.title, "card"))
    return parser


def test_nothing_that_anybody_wrote_becomes_markup():
    found = seen(full(EVIL))
    assert found.tags <= OURS
    assert found.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "scope"}
    assert found.text.count("<script>alert(1)</script>") > 30
    assert "\x1b" not in found.text
    assert "\u202e" not in found.text


@given(st.text(max_size=40))
def test_whatever_the_text_is_the_page_is_ours_and_markdown_stays_on_its_line(text):
    card = full(text)
    assert seen(card).tags <= OURS
    assert headings(card) == headings(full("x")) or not text.strip()


def headings(card: Card) -> list[str]:
    text = re.sub(r"(`{3,}).*?\1", "", markdown(composed(card).blocks), flags=re.DOTALL)
    return [line[:2] for line in text.splitlines() if line.startswith("#")]


def test_markdown_of_hostile_text_holds_no_markup():
    text = re.sub(r"```.*?```|`[^`\n]*`", "", markdown(composed(full(EVIL)).blocks), flags=re.DOTALL)
    assert not re.search(r"(?<!\\)<(?:script|img)", text)
    assert not re.search(r"(?<!\\)\[a\]\(http", text)
    assert "http://" not in text


def test_a_part_that_nobody_wrote_is_named_with_what_would_fill_it():
    told = {one.part: one.how for one in missing_parts(ModelWishes("churn", owner="ana"), {})}
    assert list(told) == ["purpose", "limits", "metrics", "data", "code", "environment"]
    assert told["limits"] == (
        "Nobody has written its limits: add `limits = …` under [models.churn] in mlops-console.toml."
    )
    assert "registered without a run" in told["code"]
    assert table("churn.v2") == '[models."churn.v2"]'
    body = {
        "run": {"path": "r"}, "metrics": {"auc": {}}, "datasets": [{"name": "d"}], "code": {"commit": "1"},
        "environment": {"packages": {"numpy": "2"}},
    }  # fmt: skip
    assert missing_parts(ModelWishes("churn", "ana", purpose="p", limits="l"), body) == ()
    hosted = missing_parts(ModelWishes("churn", "ana", purpose="p", limits="l"), {"origin": "external"})
    assert [one.part for one in hosted] == ["metrics", "data"]


def test_what_was_overridden_stands_at_the_top_and_again_beside_the_gates():
    text = markdown(composed(full("said", retracted="")).blocks)
    top = text.index("past a gate that did not pass: safe. said gave as the reason: said")
    assert top < text.index("## Purpose")
    assert "✗ fail, overridden" in text


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ("candidate", "churn v1 is a candidate: no alias stands on it."),
        ("withdrawn", "churn v1 is withdrawn."),
        ("before", "churn v1 was champion until 2026-09-21, when v2 took its place."),
        ("rolled back", "churn v1 was champion until it was rolled back to v2 on 2026-09-21."),
        ("held", "churn v1 is champion since 2026-09-21."),
    ],
)
def test_how_it_stands_is_the_first_thing_said(standing, words):
    way = "rollback" if standing == "rolled back" else "promote"
    moves = [MoveTold("01B", "champion", way, "ana", AT, True, "", 2, 1)] if standing != "held" else []
    moves += [MoveTold("01A", "champion", "promote", "ana", AT, True, "", 1, None)]
    card = full("x", model="churn", standing=standing, words="champion", moves=tuple(moves))
    assert markdown(composed(card).blocks).splitlines()[2] == f"**{words}**"


def test_a_version_of_50_000_files_has_a_card_of_reasonable_length():
    files = tuple(FileTold(f"part-{at:05}", 10, f"{at:064x}") for at in range(2_000))
    card = full("x", contents=Contents("0" * 64, 500_000, "folder", True, "m", files, 50_000))
    text = markdown(composed(card).blocks)
    assert "500 kB in 50,000 files" in text
    assert "49,800 files are not listed here" in text
    assert len(text) < 60_000


def test_as_json_holds_times_that_people_read_and_gates_by_alias():
    said = full("x").as_json()
    assert said["registered_at"] == said["moves"][0]["at"] == "2026-09-21T14:13:20+00:00"
    assert [one["verdict"] for one in said["gates"]["x"]] == ["pass", "fail"]
    assert said["owner"] == "x"
