"""A report as a file: the same in Markdown and HTML, nothing in it obeyed, nothing asked for elsewhere."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from mlops_console.errors import ConsoleError, UsageError
from mlops_console.workspace import open_workspace
from mlops_console.workspace.columns import FIELDS
from mlops_console.workspace.comparing.drawn import with_curves
from mlops_console.workspace.comparing.handing_over import write
from mlops_console.workspace.comparing.html import html
from mlops_console.workspace.comparing.markdown import markdown
from mlops_console.workspace.comparing.model import Asked
from mlops_console.workspace.comparing.origin import command_line
from mlops_console.workspace.comparing.reporting import report
from mlops_console.workspace.runs import RunQuery, load

EVIL = "<script>alert(1)</script>\"'`&|\x1b[31m\u202e</svg>"


def write_run(folder, name, base, seed, **params):
    run = folder / "runs" / name
    run.mkdir(parents=True)
    draw = np.random.default_rng(seed + round(base * 1000))
    lines = [
        json.dumps(
            {"step": step, "auc": 0.5 + base * step / 40 + float(draw.normal(0, 0.002)), EVIL: 1 / (1 + step)}
        )
        for step in range(40)
    ]
    (run / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    (run / "config.json").write_text(json.dumps({"seed": seed, **params}))
    truth = np.random.default_rng(1).integers(0, 2, 400)
    score = 1 / (
        1 + np.exp(-(base * 2 * (truth * 2 - 1) + np.random.default_rng(seed + 9).normal(0, 1, 400)))
    )
    rows = [
        f"{key},{label},{p:.4f},{'north' if key % 2 else EVIL[:8]}"
        for key, (label, p) in enumerate(zip(truth, score, strict=True))
    ]
    (run / "predictions.csv").write_text("\n".join(["id,label,score,region", *rows]) + "\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("written")
    for model, base in (("linear", 0.3), (EVIL, 0.4)):
        for seed in range(4):
            write_run(home / "shop", f"{'evil' if model == EVIL else model}-{seed}", base, seed, model=model)
    with open_workspace([home / "shop"], str(home / "s.duckdb")) as workspace:
        workspace.scan()
        runs = tuple(str(run) for run in load(workspace, RunQuery(), [FIELDS["name"]]).ids)
        found = report(workspace, Asked(runs, by="model", base="linear"))
        yield with_curves(workspace, found)


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, and text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def test_a_page_asks_for_nothing_and_runs_nothing(made):
    text = html(made)
    page = Page(text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "a",
        "image",
        "use",
        "form",
    }
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on")]
    assert not names & {"src", "href", "xlink:href", "style", "srcset", "action"}
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert {"prefers-color-scheme:dark", "default-src 'none'"} <= set(
        re.findall(r"prefers-color-scheme:dark|default-src 'none'", text)
    )


def test_hostile_names_are_shown_as_they_are_and_nothing_else(made):
    text = html(made)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    said = "".join(Page(text).words)
    assert "<script>alert(1)</script>\"'`&|" in said
    assert "\N{SYMBOL FOR ESCAPE}[31m<202e>" in said
    for drawing in re.findall(r"<svg .*</svg>", text):
        ET.fromstring(drawing.partition("\n")[0])
    written = markdown(made)
    assert "\x1b" not in written
    assert not re.search(r"(?<!\\)<script", written)


def test_a_page_has_every_picture_with_what_it_shows_in_words(made):
    drawings = re.findall(r"<figure>(<svg.*?</svg>)</figure>", html(made), re.DOTALL)
    titles = [ET.fromstring(one).findtext("{*}title") for one in drawings]
    assert [title.split(",")[0].split(":")[0] for title in titles[:1]] == ["auc by step"]
    assert sum("Difference from base" in title for title in titles) == 2
    assert sum("by slice" in title for title in titles) == 1
    assert "Frequency by score" in titles
    assert all(ET.fromstring(one).findtext("{*}desc") for one in drawings)


def test_both_forms_say_the_same_from_the_answer_to_the_versions(made):
    page, text = "".join(Page(html(made)).words), markdown(made)
    heads = [
        "Compared, by model", "Differences", "Metrics", "Statistics over runs",
        "Statistics over rows of predictions", "Calibration", "Methods", "How this was made",
    ]  # fmt: skip
    places = [text.index(f"\n## {head}\n") for head in heads]
    assert places == sorted(places)
    assert all(head in page for head in heads)
    for said in (
        "Paired t",
        "DeLong",
        "Holm" if len(made.judged.over_runs.judgements) > 1 else "Brier",
        "numpy",
    ):
        assert said in page
        assert said in text
    for one in made.judged.all:
        assert one.because in page
    assert text.index("beat") < text.index("## Compared")
    assert "mlops-console compare " in text
    assert "--by model --base linear" in text


def test_the_command_asks_the_same_again():
    asked = Asked(("a b", "c"), by="model", base="-1", metrics=("auc", "x'y"), at=-5, margin=0.01, goal="min")
    assert command_line(asked) == (
        "mlops-console compare 'a b' c --by model --base=-1 --metric auc --metric 'x'\"'\"'y' --goal min"
        " --margin 0.01 --at=-5"
    )


def test_a_file_that_is_there_stays(tmp_path):
    path = tmp_path / "report.html"
    write(path, "one")
    with pytest.raises(UsageError, match="is there already"):
        write(path, "two")
    assert path.read_text() == "one"
    write(path, "two", force=True)
    assert path.read_text() == "two"
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is there already"):
        write(tmp_path / "link", "three")
    with pytest.raises(UsageError, match="is a folder"):
        write(tmp_path, "three", force=True)
    with pytest.raises(UsageError, match="there is no folder"):
        write(tmp_path / "none" / "report.html", "three")


def test_what_can_not_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(ConsoleError, match="can't write"):
        write(tmp_path / ("n" * 300), "text")
    assert not list(tmp_path.iterdir())
    write(tmp_path / "odd", "a\udcffb")
    assert (tmp_path / "odd").read_text() == "a\\udcffb"
