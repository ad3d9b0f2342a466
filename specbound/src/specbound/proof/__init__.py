"""Proof, `specbound proof`: parts that each try a claim, what they found, and the page that is made of it.

A part stands in proof.toml: its title, its claim, and the command that tries it. That command calls `record` when it is
done, with figures and failures, whether there are any or not:

    from specbound.proof.records import Table, record

    record(
        "faults",
        figures={"faults planted": 96, "caught": 96},
        failures=[],
        command="make faults",
        tables=[Table(("fault", "caught by"), [("a lost default", "test_bodies.py")])],
    )

`make proof PARTS=faults` runs it, so that what it records is kept in build/proof/faults.json and told in
docs/conformance.md. Run in any other way it records nothing. A part that was done is not run again for the same code;
what a part keeps to go on from where it was stopped is its own, in build/proof/<part>/.
"""
