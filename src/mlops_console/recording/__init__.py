"""Our own run format, for scripts that use no tracker: what a training script imports.

    import mlops_console

    with mlops_console.run(params={"lr": 0.01}) as run:
        for step in range(100):
            run.log(step, loss=train_one_step())

Standard library only, and none of it loaded before it is needed. The files are described in
`docs/run-format.md`; any language can write them.
"""

from mlops_console.recording.run import Run, run

__all__ = ["Run", "run"]
