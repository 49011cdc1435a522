"""Boosted trees: XGBoost, LightGBM and CatBoost, from the beginnings and ends of their files."""

import json
import re

from mlops_console.readers.modelfiles.description import MOST_NAMES, Draft, Tensor
from mlops_console.readers.modelfiles.spans import Span
from mlops_console.records import Json

_LOOKED_AT = 1 << 18
_decode = json.JSONDecoder().raw_decode


def xgboost_json(span: Span, draft: Draft) -> None:
    """XGBoost's JSON: names and counts stand before the trees, the objective and the version behind them."""
    head, tail = _ends(span)
    text = head + tail
    draft.architecture = "XGBoost"
    _names(_json_after(head, '"feature_names":'), draft)
    learner = _json_after(tail, '"learner_model_param":')
    booster = re.search(r'"name":\s*"(gbtree|gblinear|dart)"', text)
    objective = _json_after(tail, '"objective":')
    trees = re.search(r'"num_trees":\s*"?(\d{1,9})', text)
    version = _json_after(tail, '"version":')
    _xgboost(
        draft,
        learner if isinstance(learner, dict) else {},
        objective.get("name") if isinstance(objective, dict) else None,
        booster[1] if booster else None,
        trees[1] if trees else None,
        version if isinstance(version, list) else [],
    )


def xgboost_ubj(span: Span, draft: Draft) -> None:
    """XGBoost's UBJSON: the same, with lengths in front of texts."""
    size = min(span.size, _LOOKED_AT)
    data = span.at(0, size) + (span.at(max(size, span.size - size), size) if span.size > size else b"")
    draft.architecture = "XGBoost"

    def word(key: str) -> str | None:
        found = re.search(
            re.escape(key.encode()) + rb"S[LliUI]((?:[\x00-\xff]{8}|.{1,4}?))([\x20-\x7e]{1,60})", data, re.S
        )
        if not found:
            return None
        length = int.from_bytes(found[1][-8:], "big")
        return found[2][:length].decode("ascii", "replace") if 0 < length <= 60 else None

    keys = ("base_score", "num_class", "num_feature", "num_target")
    params: dict[str, Json] = {key: value for key in keys if (value := word(key)) is not None}
    objective = re.search(rb"(?:reg|binary|multi|rank|count|survival):[a-z_]+", data)
    booster = re.search(rb"gbtree|gblinear|dart", data)
    version = re.search(rb"version\[#L.{7}\x03((?:[iU].|L.{8}){3})", data, re.S)
    numbers: list[Json] = []
    if version:
        numbers = [part[-1] for part in re.findall(rb"[iU].|L.{8}", version[1], re.S)]
    names = re.search(rb"feature_names\[#L.{8}", data, re.S)
    if names:
        _names(_ubj_texts(data, names.end()), draft)
    _xgboost(
        draft,
        params,
        objective[0].decode() if objective else None,
        booster[0].decode() if booster else None,
        word("num_trees"),
        numbers,
    )


def _ubj_texts(data: bytes, at: int) -> list[Json]:
    found: list[Json] = []
    while data[at : at + 2] == b"SL" and len(found) < 1_000:
        length = int.from_bytes(data[at + 2 : at + 10], "big")
        if length > 10_000:
            break
        found.append(data[at + 10 : at + 10 + length].decode("utf-8", "replace"))
        at += 10 + length
    return found


def _xgboost(
    draft: Draft,
    learner: dict[str, Json],
    objective: Json,
    booster: str | None,
    trees: str | None,
    version: list[Json],
) -> None:
    columns = _number(learner.get("num_feature"))
    if columns and not draft.inputs:
        draft.inputs.append(Tensor("features", "", (None, columns)))
    draft.tell(objective=objective, booster=booster, trees=_number(trees), features=columns)
    draft.tell(classes=_number(learner.get("num_class")), base_score=learner.get("base_score"))
    draft.tell(version=".".join(str(part) for part in version[:3]))


def xgboost_binary(span: Span, draft: Draft) -> None:
    """XGBoost's binary format of before 2.1: a struct, then names with their lengths."""
    start = 4 if span.at(0, 4) == b"binf" else 0
    draft.architecture = "XGBoost"
    columns = span.number(start + 4, 4)
    objective = span.at(start + 144, min(span.number(start + 136, 8), 60)).decode("ascii", "replace")
    at = start + 144 + min(span.number(start + 136, 8), 60)
    booster = span.at(at + 8, min(span.number(at, 8), 20)).decode("ascii", "replace")
    trees = str(span.number(at + 8 + len(booster), 4))
    classes: dict[str, Json] = {"num_feature": columns, "num_class": span.number(start + 8, 4)}
    _xgboost(draft, classes, objective, booster, trees, [])
    draft.tell(note="XGBoost's old binary format, which newer versions no longer read")


def lightgbm(span: Span, draft: Draft) -> None:
    """LightGBM's text: lines of `key=value`, then trees, then the parameters."""
    head, tail = _ends(span)
    lines = dict(line.split("=", 1) for line in head.partition("\nTree=0")[0].splitlines() if "=" in line)
    draft.architecture = "LightGBM"
    names = lines.get("feature_names", "").split(" ")
    _names([name for name in names if name], draft)
    columns = _number(lines.get("max_feature_idx"))
    draft.tell(version=lines.get("version"), objective=lines.get("objective"), features=len(names))
    draft.tell(trees=len(lines.get("tree_sizes", "").split()), classes=_number(lines.get("num_class")))
    if columns is not None and not draft.inputs:
        draft.inputs.append(Tensor("features", "", (None, columns + 1)))
    params = re.findall(r"^\[([a-z_0-9]{1,60}): (.{1,200})\]$", tail, re.M)
    draft.tell(params=dict(params[:100]))
    if "end of trees" not in tail:
        draft.warn("The end of its trees is missing: it is cut off or still being written.")


def catboost(span: Span, draft: Draft) -> None:
    """CatBoost's binary: a length and a FlatBuffer, in which the training's settings lie as JSON."""
    draft.architecture = "CatBoost"
    length = span.number(4, 4)
    if length > span.size - 8:
        draft.warn("It ends before what it announces: it is cut off.")
    head = span.at(0, _LOOKED_AT).decode("latin-1")
    for found in list(re.finditer(r'\{"', head))[:50]:
        settings = _parsed(head, found.start())
        if isinstance(settings, dict) and len(settings) > 3:
            _catboost(settings, draft)
            return


def catboost_json(span: Span, draft: Draft) -> None:
    """CatBoost as JSON."""
    draft.architecture = "CatBoost"
    head, tail = _ends(span)
    info = _json_after(head, '"model_info":') or _json_after(tail, '"model_info":')
    if isinstance(info, dict):
        params = info.get("params")
        parsed = _parsed(params, 0) if isinstance(params, str) else params
        release = re.search(r"CatBoost release ([\w.]+)", str(info.get("catboost_version_info")))
        draft.tell(version=release[1].rstrip(".") if release else None, trained=info.get("train_finish_time"))
        if isinstance(parsed, dict):
            _catboost(parsed, draft)
    columns = len(re.findall(r'"flat_feature_index":', head)) if head is tail else None
    if columns:
        draft.inputs.append(Tensor("features", "", (None, columns)))


def _catboost(settings: dict[str, Json], draft: Draft) -> None:
    boosting, loss = settings.get("boosting_options"), settings.get("loss_function")
    if isinstance(boosting, dict):
        draft.tell(trees=boosting.get("iterations"), learning_rate=boosting.get("learning_rate"))
    if isinstance(loss, dict):
        draft.tell(objective=loss.get("type"))
    tree = settings.get("tree_learner_options")
    if isinstance(tree, dict):
        draft.tell(depth=tree.get("depth"))


def _names(names: Json, draft: Draft) -> None:
    """Columns with names: the first of them one by one."""
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        draft.tell(feature_names=[str(name)[:100] for name in names[:MOST_NAMES]])
        draft.inputs.append(Tensor("features", "", (None, len(names))))


def _ends(span: Span) -> tuple[str, str]:
    """A file's beginning and its end; the same where it is short."""
    head = span.at(0, _LOOKED_AT).decode("utf-8", "replace")
    if span.size <= _LOOKED_AT:
        return head, head
    return head, span.at(max(0, span.size - _LOOKED_AT), _LOOKED_AT).decode("utf-8", "replace")


def _json_after(text: str, key: str) -> Json:
    at = text.rfind(key)
    return _parsed(text, at + len(key)) if at >= 0 else None


def _parsed(text: str, at: int) -> Json:
    try:
        found: Json = _decode(text, at + len(text[at : at + 20]) - len(text[at : at + 20].lstrip()))[0]
    except (ValueError, RecursionError):
        return None
    return found


def _number(text: Json) -> int | None:
    try:
        return int(str(text)[:20])
    except ValueError:
        return None
