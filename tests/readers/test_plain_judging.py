"""Files that are histories of metrics, and files that only look like them."""

from collections.abc import Callable

import pytest

from mlops_console.readers.plain.judging import judge
from mlops_console.readers.plain.names import named
from mlops_console.readers.plain.sketch import sketch

Row = Callable[[int], str]


def table(header: str, row: Row, rows: int = 20) -> str:
    return "\n".join([header, *map(row, range(rows))]) + "\n"


def lines(row: Row, rows: int = 20) -> str:
    return "\n".join(map(row, range(rows))) + "\n"


HISTORIES: list[tuple[str, str, bool, str]] = [
    ("log.csv", "e/1", True, table("epoch,step,train/mse,val/mse,lr", lambda i: f"{i},{i * 50},0.5,,0.1")),
    ("adam.csv", "results", False, table("step,loss,acc", lambda i: f"{i},0.5,0.2")),
    ("adam.csv", "exp", True, table("epoch,a,b", lambda i: f"{i},0.5,0.2")),
    ("metrics.csv", "r", False, table("loss,acc", lambda i: "0.5,0.2")),
    ("history.csv", "r", False, table(",loss,accuracy,val_loss", lambda i: f"{i},.5,.2,.3")),
    ("metrics.csv", "r", False, table("step,name,value", lambda i: f"{i // 2},{['loss', 'acc'][i % 2]},.5")),
    ("long.csv", "r", True, table("metric,step,value", lambda i: f"{['loss', 'acc'][i // 10]},{i % 10},.5")),
    (
        "results.csv",
        "t",
        False,
        table("   epoch,  time,  train/box_loss, mAP50(B)", lambda i: f"{i},{i},.5,.3"),
    ),
    (
        "progress.csv",
        "ppo",
        False,
        table("time/total_timesteps,rollout/ep_rew_mean", lambda i: f"{i * 100},.5"),
    ),
    (
        "training.log",
        "k",
        False,
        table("epoch,accuracy,loss,val_accuracy,val_loss", lambda i: f"{i},.5,.3,.2,.1"),
    ),
    ("metrics.jsonl", "k", True, lines(lambda i: f'{{"epoch":{i},"train_loss":1.5,"time":1795403425.5}}')),
    ("run_000000.jsonl", "x", False, lines(lambda i: f'{{"step":{i},"ts":1700000000.0,"train/loss":1}}')),
    ("loss.csv", "a", False, table("epoch,train,val", lambda i: f"{i},.5,.3")),
    ("loss.csv", "a", False, table("step,value", lambda i: f"{i},.5")),
    ("log.txt", "dino", False, lines(lambda i: f'{{"train_lr":0.1,"train_loss":1,"epoch":{i}}}')),
    ("metrics.csv", "l", True, "step,loss,acc\n"),
    ("log.csv", "fr", False, table("Epoque;Perte;Précision", lambda i: f"{i};0,5;0,3")),
    ("curve.tsv", "gan", False, table("iter\tD_loss\tG_loss", lambda i: f"{i}\t0.5\t0.3")),
    ("fl.csv", "fl", False, table("round,accuracy,loss", lambda i: f"{i},0.5,0.3")),
    ("seed_3.csv", "rl", False, table("episode,reward,length", lambda i: f"{i},0.5,30")),
    ("eval.csv", "e", False, table("iteration,test_error", lambda i: f"{i},0.5")),
    (
        "metrics.csv",
        "p",
        False,
        table("epoch,phase,loss", lambda i: f"{i // 2},{['train', 'val'][i % 2]},.5"),
    ),
    ("metrics.json", "d2", False, lines(lambda i: f'{{"iteration":{i},"total_loss":0.5}}')),
    ("log.csv", "resumed", False, table("epoch,loss", lambda i: f"{i % 12},0.5")),
]

OTHERS: list[tuple[str, str, bool, str]] = [
    ("predictions.csv", "e/1", True, table("id,y_true,y_pred", lambda i: f"{i},0.0,1.1")),
    ("houses.csv", "data", False, table("rooms,area,price", lambda i: f"{i},30,100000")),
    (
        "cv_results.csv",
        "a",
        True,
        table(",mean_fit_time,param_C,mean_test_score,rank", lambda i: f"{i},1,2,.3,{i}"),
    ),
    ("trajectory.csv", "data", False, table("step,x,y,reward", lambda i: f"{i},1.1,2,.3")),
    ("prices.csv", "s", False, table("Date,Open,High,Low,Close", lambda i: f"2020-01-{i + 1:02d},1,2,3,4")),
    ("gps.csv", "a", False, table("time,lat,lon,accuracy", lambda i: f"{1700000000 + i},1,2,3")),
    ("results.csv", "a", False, table("model,acc,f1", lambda i: f"m{i},.5,.4")),
    ("results.csv", "a", False, table("lr,hidden,acc", lambda i: f".{i},32,.5")),
    ("feature_importance.csv", "a", True, table("feature,importance", lambda i: f"f{i},.5")),
    ("confusion_matrix.csv", "a", True, table(",cat,dog", lambda i: f"{i},3,4")),
    ("classification_report.csv", "a", True, table(",precision,recall,f1-score", lambda i: f"c{i},.3,.4,.5")),
    ("train.csv", "a", False, table("PassengerId,Survived,Name,Sex,Age", lambda i: f"{i},1,Bob,m,30")),
    ("test.csv", "t", False, table("id,feature1,feature2,target", lambda i: f"{i},1,3,4")),
    ("train.csv", "mnist", False, table("label,pixel0,pixel1", lambda i: f"{i % 10},1,3")),
    ("sample.jsonl", "a", False, lines(lambda i: '{"text":"hi","label":1}')),
    ("train.jsonl", "a", False, lines(lambda i: '{"prompt":"hi","completion":"x"}')),
    ("app.log", "a", False, table("2026-01-01 INFO epoch, loss", lambda i: "2026-01-01 INFO hi, there")),
    ("server.jsonl", "a", False, lines(lambda i: '{"time":"2026","level":"info","msg":"x"}')),
    ("weather.csv", "a", False, table("timestamp,temp,humidity", lambda i: f"{1700000000 + i},3,4")),
    ("iris.csv", "a", False, table("sepal_length,sepal_width,species", lambda i: "5.1,3,setosa")),
    ("dump.csv", "a", False, table(",age,income", lambda i: f"{i},30,1000")),
    ("ticks.csv", "a", False, table("epoch,open,close", lambda i: f"{1700000000 + i},1,2")),
    ("episodes.csv", "tv", False, table("season,episode,title,rating", lambda i: f"1,{i},x,8.1")),
    ("actions.jsonl", "a", False, lines(lambda i: f'{{"step":{i},"action":"click","observation":"y"}}')),
    ("losses.csv", "insurance", False, table("policy,customer,region,loss", lambda i: f"{i},c{i},n,{i}")),
    ("submission.csv", "a", True, table("id,probability", lambda i: f"{i},.5")),
    ("leaderboard.csv", "a", True, table("rank,team,score", lambda i: f"{i},t,.5")),
    ("embeddings.csv", "a", True, table("0,1,2,3", lambda i: ".1,.2,.3,.4")),
    ("requests.csv", "a", False, table("id,user,time,status", lambda i: f"{i},u,1.2,200")),
    (
        "fitness.csv",
        "me",
        False,
        table("date,steps,calories", lambda i: f"2020-01-{i + 1:02d},{i * 7919 % 12000},2"),
    ),
    ("steps.csv", "me", False, table("participant,step,score", lambda i: f"{i},{i * 7 % 10},2000")),
    ("residuals.csv", "e", True, table("y_true,y_pred,error", lambda i: "1,2,3")),
    ("ratings.csv", "e", False, table("userId,movieId,rating,timestamp", lambda i: f"{i},2,3,964982703")),
    ("roc_curve.csv", "e", True, table("fpr,tpr,threshold", lambda i: "1,2,3")),
    ("energy.csv", "e", False, table("hour,load,error", lambda i: f"{i},2,3")),
    ("monitor.csv", "e", False, '#{"t_start": 1.5, "env_id": "x"}\nr,l,t\n' + lines(lambda i: f"{i},2,3")),
]


def verdict(name: str, folder: str, params: bool, text: str):
    file = named(name)
    found = sketch(file, text.encode())
    return judge(file, found, folder, params) if found else None


@pytest.mark.parametrize(("name", "folder", "params", "text"), HISTORIES, ids=lambda value: str(value)[:24])
def test_histories_are_told(name, folder, params, text):
    found = verdict(name, folder, params, text)
    assert found is not None
    assert found.history, found.reasons


@pytest.mark.parametrize(("name", "folder", "params", "text"), OTHERS, ids=lambda value: str(value)[:24])
def test_other_files_are_not_taken_for_histories(name, folder, params, text):
    found = verdict(name, folder, params, text)
    assert found is None or not found.history, found.reasons


def test_reasons_add_up():
    found = verdict(*HISTORIES[0])
    assert found is not None
    assert found.points == sum(int(reason.split()[0]) for reason in found.reasons)
