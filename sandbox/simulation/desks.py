"""What staff do with what is theirs in a busy month: deal with it to its end, claim it and forget, or never look."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from sandbox.simulation.council import Colleague
from sandbox.simulation.habits import ANSWERS, MINUTE, Deed, Habits, Phone
from sandbox.simulation.wire import Shown

LOOKS = {"officer": 0.75, "case_manager": 0.75, "youth_team": 0.9, "duty": 0.6, "manager": 0.3}
TOGETHER = timedelta(minutes=20)  # after which everybody on duty reaches for the same thing at one moment


class Desks(Habits):
    """Individuals as ever, but that more of them cannot come; staff go through their cards."""

    answers: Mapping[str, int] = {**ANSWERS, "cannot": 16}

    def on_shown(self, phone: Phone, shown: Shown) -> Iterator[Deed]:
        if phone.colleague is None:
            yield from super().on_shown(phone, shown)
        elif shown.buttons:
            self.remember(phone, shown)
            yield from self._of_staff(phone.colleague, shown)

    def _of_staff(self, colleague: Colleague, shown: Shown) -> Iterator[Deed]:
        """Each thing that a message tells of is looked at, or not, once for each message that brings it."""
        if not shown.new:
            return
        for item in sorted(
            {data.split(":")[1] for data in shown.buttons if data.startswith(("claim:", "item:"))}, key=int
        ):
            if self.dice.random() < LOOKS.get(colleague.role, 0):
                yield shown.at + self._after(colleague, int(item)), "deals", f"{shown.message_id} {item}"
        here = [data for data in shown.buttons if data.startswith("here:")]
        if here and self.dice.random() < 0.6:
            yield shown.at + MINUTE * 30, "taps", f"{shown.message_id} {self.dice.choice(here)}"

    def _after(self, colleague: Colleague, item: int) -> timedelta:
        if colleague.role == "duty" and item % 2 == 0:
            return TOGETHER
        return MINUTE * min(self.dice.expovariate(1 / 80), 500) + timedelta(seconds=self.dice.randint(1, 59))
