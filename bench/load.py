"""A small closed-loop load: some connections, each asking again as soon as it was answered."""

import http.client
import threading
import time
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Round:
    """What one round of load gave; times in milliseconds."""

    per_second: float
    median_ms: float


def load(port: int, path: str, *, cookie: str = "", connections: int = 8, seconds: float = 3.0) -> Round:
    """Ask for ``path`` with ``connections`` kept-alive connections during ``seconds``.

    Raises RuntimeError when an answer is not 200: a page of errors is quick, but no result.
    """
    times: list[list[float]] = [[] for _ in range(connections)]
    faults: list[str] = []
    start = time.perf_counter() + 0.05
    end = start + seconds

    def ask(own: list[float]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": cookie} if cookie else {}
        time.sleep(max(0.0, start - time.perf_counter()))
        while (begin := time.perf_counter()) < end:
            try:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                answer.read()
            except (http.client.HTTPException, OSError) as error:
                faults.append(f"{path}: {error!r}")
                return
            if answer.status != 200:
                faults.append(f"{path} answered {answer.status}")
                return
            own.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=ask, args=(own,)) for own in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    taken = [one for own in times for one in own]
    return Round(len(taken) / (time.perf_counter() - start), median(taken) * 1000)
