"""What staff do with what is theirs in a busy month: deal with it to its end, claim it and forget, or never look."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from sandbox.simulation.council import Colleague
from sandbox.simulation.habits import ANSWERS, MINUTE, Deed, Habits, Phone
from sandbox.simulation.wire import Shown

LOOKS = {"officer": 0.75, "case_manager": 0.75, "youth_team": 0.9, "duty": 0.6, "manager": 0.3}
SHOWS = 0.35  # of those who are asked after a miss: they send something
SHOWN = ("photo", "photo", "file", "film")  # what: the last is of a kind that is not taken
ANSWERS_AN_OFFER = 0.75
WANTS_A_PLACE = 0.7
TOGETHER = timedelta(minutes=20)  # after which everybody on duty reaches for the same thing at one moment


class Desks(Habits):
    """Individuals as ever, but that more of them cannot come; staff go through their cards."""

    answers: Mapping[str, int] = {**ANSWERS, "cannot": 16}

    def on_shown(self, phone: Phone, shown: Shown) -> Iterator[Deed]:
        if phone.colleague is None:
            yield from self._of_individual(phone, shown)
        elif shown.buttons:
            self.remember(phone, shown)
            yield from self._of_staff(phone.colleague, shown)

    def _of_individual(self, phone: Phone, shown: Shown) -> Iterator[Deed]:
        """As ever; but whoever missed a date may show why, and a free place is taken, left, or not heard of."""
        if shown.new and any(data.endswith(":was_there") for data in shown.buttons) and self.dice.random() < SHOWS:
            what = self.dice.choice(SHOWN)
            yield shown.at + MINUTE * self.dice.randint(2, 3000), "shows", f"{shown.message_id} {what}"
        if any(data.startswith("take:") for data in shown.buttons):
            self.remember(phone, shown)
            yield from self._to_an_offer(phone, shown)
        else:
            yield from super().on_shown(phone, shown)

    def _to_an_offer(self, phone: Phone, shown: Shown) -> Iterator[Deed]:
        if self.dice.random() >= ANSWERS_AN_OFFER:
            return
        wanted = self.dice.random() < WANTS_A_PLACE
        data = next((one for one in shown.buttons if one.endswith(f":{int(wanted)}")), shown.buttons[0])
        at = shown.at + self._delay(phone, data)
        if self.dice.random() < 0.25:
            yield at, "says", self.dice.choice(("yes", "Yes please") if wanted else ("no", "no thanks"))
        else:
            yield at, "taps", f"{shown.message_id} {data}"

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
