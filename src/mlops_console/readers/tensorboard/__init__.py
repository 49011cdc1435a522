"""TensorBoard event files: TFRecord logs of `tensorflow.Event` messages."""

from mlops_console.readers.tensorboard.reader import TensorBoardReader

READER = TensorBoardReader()

__all__ = ["READER", "TensorBoardReader"]
