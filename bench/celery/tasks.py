"""What Celery runs in the comparison: the same two tasks that do nothing but add."""

import os

from celery import Celery

app = Celery("bench", broker=os.environ["BENCH_REDIS"], backend=os.environ["BENCH_REDIS"])


@app.task
def add(x, y):
    return x + y


@app.task
def total(values):
    return sum(values)
