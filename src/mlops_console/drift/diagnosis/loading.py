"""Somebody's model, loaded from bytes that were checked. Only ever called in a process made for it."""

import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mlops_console.drift.diagnosis.model import Form, ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED: Final = 3


def load(form: Form, data: bytes, *, vouched: bool = False) -> Any:
    """The model.

    Args:
        form: How.
        data: Its file.
        vouched: Whether types may be loaded that skops does not know.

    Raises:
        ModelError: It can't be, or is none.
    """
    model = {"pickle": _pickled, "skops": _skops, "onnx": _onnx}[form](data, vouched)
    if isinstance(model, dict):
        inside = [one for one in model.values() if callable(getattr(one, "predict", None))]
        model = inside[0] if len(inside) == 1 else model
    if not callable(getattr(model, "predict", None)):
        raise ModelError(f"what the file holds, {type(model).__name__}, predicts nothing")
    return model


def _pickled(data: bytes, _vouched: bool) -> Any:
    import joblib

    try:
        return joblib.load(io.BytesIO(data))
    except ModuleNotFoundError as error:
        name = str(error.name or "")[:80]
        raise ModelError(
            f"it needs the module {name}, which mlops-console can't import: install it beside mlops-console"
        ) from error


def _skops(data: bytes, vouched: bool) -> Any:
    try:
        import skops.io as skops
    except ImportError as error:
        raise ModelError("skops files need the package skops: pip install skops") from error
    unknown: Sequence[str] = skops.get_untrusted_types(data=data)
    if unknown and not vouched:
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        raise ModelError(
            f"skops does not know {', '.join(unknown[:_NAMED])}{more}: --trust lets them be loaded"
        )
    return skops.loads(data, trusted=list(unknown))


def _onnx(data: bytes, _vouched: bool) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelError("ONNX models need the package onnxruntime: pip install onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return OnnxModel(onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"]))


_TYPES: Final = {
    "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16,
    "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}  # fmt: skip


class OnnxModel:
    """An ONNX model that answers as those of scikit-learn do."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._inputs = session.get_inputs()
        self._outputs = [one.name for one in session.get_outputs()]
        if len(self._inputs) > 1:
            self.feature_names_in_ = [one.name for one in self._inputs]
            self.n_features_in_ = len(self._inputs)
        else:
            shape = self._inputs[0].shape
            if len(shape) == 2 and isinstance(shape[1], int):
                self.n_features_in_ = shape[1]
        if len(self._outputs) > 1:
            self.predict_proba = self._probable

    def learn(self, x: Any) -> None:
        """Find out its classes from what it answers."""
        if len(self._outputs) > 1:
            self.classes_ = self._classes(self._run(x)[1])

    def predict(self, x: Any) -> Any:
        """What it says first."""
        return np.asarray(self._run(x)[0])

    def _probable(self, x: Any) -> Any:
        said = self._run(x)[1]
        if isinstance(said, list):
            return np.array([list(one.values()) for one in said], np.float64)
        return np.asarray(said, np.float64)

    def _classes(self, said: Any) -> Any:
        if isinstance(said, list) and said and isinstance(said[0], dict):
            return np.array(list(said[0]))
        return np.arange(np.asarray(said).shape[-1])

    def _run(self, x: Any) -> Any:
        if len(self._inputs) == 1:
            one = self._inputs[0]
            return self._session.run(None, {one.name: _cast(np.asarray(x), one.type)})
        given = {one.name: _cast(np.asarray(x[one.name]).reshape(-1, 1), one.type) for one in self._inputs}
        return self._session.run(None, given)


def _cast(values: Any, kind: str) -> Any:
    wanted = _TYPES.get(kind)
    if wanted is None:
        raise ModelError(f"the model takes {kind}, which can't be made of a table")
    if wanted is np.object_:
        return np.array([["" if cell is None else str(cell) for cell in row] for row in values], dtype=object)
    return values.astype(wanted)
