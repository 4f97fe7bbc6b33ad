"""How long each thing is kept, as a table in Markdown. docs/privacy.md holds it; a test checks that it is current."""

from domain.retention import Retention

FROM = {
    "received": "it came in",
    "concerned": "the date it is about, or it was dealt with",
    "said": "it was sent",
    "settled": "it was sent or ended",
    "stopped": "STOP",
    "order_ended": "the last order ended",
    "unlinked": "it stopped being theirs",
    "ran_out": "it was used or ran out",
    "tried": "it was tried",
    "answered": "the form was sent or declined",
    "looked": "it happened",
    "imported": "it was read",
    "drawn_up": "it was drawn up",
    "erased": "",
}


def table(retention: Retention) -> str:
    """One line for each rule, in the order of the file."""
    head = ["| what | how long | counted from | why |", "|---|---|---|---|"]
    rows = [f"| {rule.what} | {rule.period} | {FROM[rule.event]} | {rule.why} |" for rule in retention.rules.values()]
    return "\n".join([*head, *rows])
