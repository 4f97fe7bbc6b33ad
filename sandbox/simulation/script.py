"""What happens by a script in a busy month: two of staff away, one whose cover has no chat, a leaver, a rota, snow."""

from datetime import date, datetime, time

from domain.calendar import LONDON
from domain.caseload import Part
from messages import actions
from sandbox.simulation.council import Colleague, Leave
from sandbox.simulation.habits import MINUTE, Phone
from sandbox.simulation.squads import Squads
from sandbox.simulation.year import DAY, Simulation

SNOW = 15  # the day (0 is the first Monday) on which every squad is stood down
SCRIPT = (  # on which day and when, on whose phone, what
    (4, time(16), "OFFICER1", "goes_away", "7 11 OFFICER2"),
    (9, time(9, 5), "MANAGER1", "sets_last_day", "CASE_MANAGER2 16"),
    (10, time(9, 10), "OFFICER1", "comes_back", ""),
    (11, time(15), "OFFICER3", "goes_away", "14 18 OFFICER4"),  # who has no chat: nobody covers whom a message reaches
    (SNOW, time(6, 35), "MANAGER2", "stands_all_down", ""),
    (16, time(14), "MANAGER1", "hands_over", "CASE_MANAGER2 CASE_MANAGER1"),
    *((day, time(8, 45), "MANAGER1", "makes_rota", f"DUTY{1 + day // 7 % 2}") for day in (0, 7, 14, 21, 28)),
)


class Scripted(Simulation):
    """Each line of the script is said on somebody's phone when its time has come."""

    system: Squads
    caseload = Squads

    def _press(self, phone: Phone, action: actions.Action) -> None:
        phone.person.press(action.pack(), next(reversed(phone.newest), 1))

    def _plan_script(self, day: date) -> None:
        n = (day - self.plan.first).days
        for when, at, ref, deed, about in SCRIPT:
            if when == n:
                self._at(datetime.combine(day, at, LONDON), self.of[ref], deed, about)

    def _goes_away(self, phone: Phone, about: str) -> None:
        first, last, cover = about.split()
        days = [self.plan.first + DAY * int(n) for n in (first, last)]
        me, other = self._staff(phone.colleague), self._staff(self.system.colleagues[cover])
        phone.person.say(f"/away {days[0]:%-d %b} to {days[1]:%-d %b}")
        tap = actions.cover.AwayCover(me, days[0].toordinal(), days[1].toordinal(), other)
        self._later(MINUTE, phone, "presses", tap.pack())
        if phone.colleague is not None:
            phone.colleague.leave = Leave(days[0], days[1], cover)

    def _comes_back(self, phone: Phone, about: str) -> None:
        phone.person.say("/back")
        if phone.colleague is not None and phone.colleague.leave is not None:
            leave = phone.colleague.leave
            phone.colleague.leave = Leave(leave.first, self.world.today - DAY, leave.cover)

    def _sets_last_day(self, phone: Phone, about: str) -> None:
        ref, n = about.split()
        leaver, day = self.system.colleagues[ref], self.plan.first + DAY * int(n)
        phone.person.say(f"/leaver {ref}")
        self._later(MINUTE, phone, "presses", actions.handing_over.LastDay(self._staff(leaver), day.toordinal()).pack())
        leaver.until = day

    def _hands_over(self, phone: Phone, about: str) -> None:
        giver, taker = (self.system.colleagues[ref] for ref in about.split())
        phone.person.say(f"/handover {giver.ref}")
        tap = actions.handing_over.HandTo(0, self._staff(giver), Part.CASE_MANAGER, self._staff(taker), 1)
        self._later(MINUTE, phone, "presses", tap.pack())
        self.system.hand_over(giver, taker)

    def _makes_rota(self, phone: Phone, about: str) -> None:
        """One of those on duty for the whole working week."""
        one, day = self.system.colleagues[about], self.world.today
        self._press(phone, actions.handing_over.DutyPut(day.toordinal(), self._staff(one), 1))
        self._later(MINUTE, phone, "presses", actions.handing_over.DutySame(day.toordinal()).pack())
        self.world.rota |= {day + DAY * n: about for n in range(5)}

    def _presses(self, phone: Phone, about: str) -> None:
        phone.person.press(about, next(reversed(phone.newest), 1))

    def _staff(self, one: Colleague | None) -> int:
        return int(self.books.one("SELECT id FROM staff WHERE ref = ?", one.ref if one else ""))
