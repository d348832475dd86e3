"""What the clients of the soak count, and how they tell it: "done N", and "failed N WHY" for each way to fail."""

import time
from collections import Counter


class Tally:
    def __init__(self, seconds):
        self.end = time.monotonic() + float(seconds)
        self.done = 0
        self.failed = Counter()

    def goes_on(self):
        return time.monotonic() < self.end

    def count(self, failure=None):
        if failure is None:
            self.done += 1
        elif isinstance(failure, Exception):
            self.failed[f"{type(failure).__name__}: {failure}".replace("\n", " ")] += 1
        else:
            self.failed[failure] += 1

    def tell(self):
        print("done", self.done)
        for failure, times in self.failed.items():
            print("failed", times, failure)
