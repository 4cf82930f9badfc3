"""For each number on stdin runs a chord of so many members; answers with the seconds until its body's end, and its result."""

import json
import sys
import time

from celery import chord
from tasks import add, total

for line in sys.stdin:
    started = time.perf_counter()
    result = chord([add.s(n, n) for n in range(int(line))])(total.s())
    while not result.ready():  # get() would look at each member as well
        time.sleep(0.01)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "value": result.get()}), flush=True)
