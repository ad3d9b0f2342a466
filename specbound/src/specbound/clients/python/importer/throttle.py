"""How fast to ask, and how much at once."""

import asyncio
from dataclasses import dataclass

PROMPT_SECONDS = 3


@dataclass
class Throttle:
    """Lets `rate` requests a second through, evenly."""

    rate: float
    _next: float = 0

    async def wait(self) -> None:
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next)
        self._next = turn + 1 / self.rate
        await asyncio.sleep(turn - now)


class Slots:
    """How many requests are under way: one more with each prompt answer, up to `most`; one fewer with each late one.

    An API that can do less than its throttle allows would otherwise answer too late, and be asked again on top of it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 1
        self._free = asyncio.Semaphore(1)

    async def take(self) -> None:
        await self._free.acquire()

    def free(self, seconds: float) -> None:
        """Give a slot back; the request took so many seconds."""
        change = 1 if seconds < PROMPT_SECONDS else -1
        count = min(self._most, max(1, self._count + change))
        for _ in range(1 + count - self._count):
            self._free.release()
        self._count = count
