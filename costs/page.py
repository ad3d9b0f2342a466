"""The page of costs, docs/costs.md: tables of a bill, and what they rest on."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from costs.bill import GIGABYTE, KILOBYTE, MILLION, Bill, alarm_metrics
from costs.measure import Measured

MONTHS = (1, 10, 100)
PAGE = """# What it costs

<!-- `make costs` writes this page: what is measured comes from costs/cases.py, the rest from the files named below. -->

Dollars in US East (N. Virginia), before free tiers and taxes. Units of DynamoDB, bytes and calls are measured: each
request is made of the service in one process, whose tables hold some hundred items, and each call to DynamoDB is
counted by AWS's rules (`specbound.local.units`). Prices are in [`costs/prices.toml`](../costs/prices.toml), each
with its source and when it was known to hold; they change. What can't be measured is assumed in
[`costs/assumptions.toml`](../costs/assumptions.toml): the mix, how long a request waits, how many callers there are.
Change either, and `make costs` writes this page anew; a test fails while it is another than what is measured.

## A month

{mix}

{months}

*Lambda* is {gigabytes:g} GB on arm64 for {request} ms, and {call} ms more for each call to DynamoDB. *Logs* are kept
for {days} days. *What is sent* does not count the 100 GB a month that are free of charge in each account.

## What is paid whether or not anybody asks

{fixed}

Who asks for a token with each request pays {token} for a million of them, more than for all the rest: keep a token for
its hour. An issuer of your own (`jwt`) takes the place of Cognito.

Each generation of a machine client is a client. Metrics are two for the service, a third while instances of it start,
as many for each operation that is called and has an objective (`x-slo`), and one of violations; a version of the
function that answers with a 5xx is one more, for the hours in which it does. With `metrics_by = "operation"` there are
as many for each operation. Alarms are billed by the metrics that they read: two for each member of an operation's
`x-slo`, two for each table and each index, and four more. Who wants neither alarms nor dashboard takes `alarms.tf`,
`questions.tf` and then `dashboard.tf` from `terraform/`.

Beside these, where they are used:

- a `kms_key` of yours: {key} a month, and {key_uses} for 10,000 uses of it. DynamoDB keeps what it decrypted for
  minutes, so a million requests are not a million uses;
- restoring a table to a point in time: {restored} a GB;
- a query of the logs: {queried} for 100 GB that it looks at, so choose the hour;
- SnapStart: each published version is billed for being kept, idle or not, until `make prune`;
- tracing: X-Ray bills each trace.

## Each request

A million of each, with everything but *what is sent* and what is paid in any case. The largest items have these bytes:
{items}.

{requests}

- Reads of one item are strongly consistent: a unit for each 4 KB. A page is half a unit for each 4 KB; where a list has
  several `partitions`, it is read from all of them, and each is rounded by itself.
- A write of one item is a unit for each KB, two in a transaction, and one more for each index that lists it.
- With a key the record of it is a third write, of two units for each KB of the reply, compressed; its removal after 24
  hours is free. Sent again, the request is refused by the database at the price of its writes without their indexes,
  and answered from the record, which comes with the refusal.
- What is sent is {sent} for a million replies of 1 KB, and {docs} for 1,000 docs pages of {docs_megabytes:.1f} MB. Only
  the docs page is counted compressed here; most callers take all of it so.
"""


def page(bill: Bill, sizes: Mapping[str, int]) -> str:
    """docs/costs.md, by a bill and the bytes of the items that were measured with."""
    docs = bill.cases["get_docs"].body_bytes
    waits = bill.assumed["milliseconds"]
    items = ", ".join(f"{size} for {name}" for name, size in sizes.items() if size)
    return PAGE.format(
        mix=_filled(_mix(bill)),
        months=_months(bill),
        gigabytes=bill.memory_gb,
        request=waits["request"],
        call=waits["call"],
        days=bill.retention_days,
        fixed=_fixed(bill),
        token=_dollars(bill.dollars("tokens", MILLION)),
        key=_dollars(bill.dollars("keys", 1)),
        key_uses=_dollars(bill.dollars("key_uses", 10_000)),
        restored=_dollars(bill.dollars("restored_gigabytes", 1)),
        queried=_dollars(bill.dollars("queried_log_gigabytes", 100)),
        items=items,
        requests=_requests(bill),
        sent=_dollars(bill.dollars("sent_gigabytes", MILLION * KILOBYTE / GIGABYTE)),
        docs=_dollars(bill.dollars("sent_gigabytes", 1000 * docs / GIGABYTE)),
        docs_megabytes=docs / KILOBYTE**2,
    )


def _mix(bill: Bill) -> str:
    shares = (f"{share:.0%} `{case.operation}`{_note(case)}" for case, share in bill.mix.items())
    keys = sum(share for case, share in bill.mix.items() if case.case.endswith("with a key"))
    writes = sum(share for case, share in bill.mix.items() if case.writes)
    return f"Of all requests {', '.join(shares)}. So {writes:.0%} are writes, and {keys:.0%} have an `Idempotency-Key`."


def _note(case: Measured) -> str:
    return f" {case.case}" if case.case else ""


def _months(bill: Bill) -> str:
    months = [bill.month(number * MILLION) for number in MONTHS]
    rows = [[name, *(_dollars(month[name]) for month in months)] for name in months[0]]
    total = ["**together**", *(f"**{_dollars(sum(month.values()))}**" for month in months)]
    return _table(["", *(f"{number} million requests" for number in MONTHS)], [*rows, total])


def _fixed(bill: Bill) -> str:
    fixed = bill.fixed()
    what = {
        "Cognito, tokens": f"{bill.tokens:,}: {bill.assumed['processes']} processes, each with one token an hour",
        "Cognito, clients": str(bill.assumed["clients"]),
        "Metrics": f"{bill.metrics}, sent all month",
        "Alarms": f"{alarm_metrics()} metrics that they read",
        "Dashboard": "of more than 50 metrics",
        "DynamoDB, stored": f"{bill.assumed['stored_gigabytes']} GB",
        "DynamoDB, restorable": "the same, to any point in time of 35 days",
    }
    rows = [[name, what[name], _dollars(dollars)] for name, dollars in fixed.items()]
    return _table(["", "", "a month"], [*rows, ["**together**", "", f"**{_dollars(sum(fixed.values()))}**"]])


def _requests(bill: Bill) -> str:
    rows = [
        [
            f"`{case.operation}`{_note(case)}",
            str(case.calls),
            f"{case.reads:g}",
            f"{case.writes:g}",
            _kilobytes(case.body_bytes),
            _kilobytes(bill.logged(case)),
            _dollars(MILLION * sum(bill.request(case).values())),
        ]
        for case in bill.cases.values()
    ]
    return _table(["", "calls", "read units", "write units", "KB sent", "KB logged", "a million"], rows)


def _kilobytes(size: int) -> str:
    return f"{size / KILOBYTE:,.1f}"


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}"


def _filled(text: str) -> str:
    return textwrap.fill(text, 120, break_on_hyphens=False, break_long_words=False)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(_lines(head, rows))


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "|".join("---" if not number else "---:" for number in range(len(head))) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
