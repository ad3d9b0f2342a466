"""What the model's machine asks for: few values, so that they meet."""

from hypothesis import strategies as st

from tests.model.catalogue import MOST

names = st.sampled_from(["Ada Lovelace", "Grace Hopper", "Li", "Ω mega"])
addresses = st.sampled_from([f"{name}@x.org" for name in ("ada", "bea", "cy", "dan", "eve", "fay")]).flatmap(
    lambda each: st.sampled_from([each, each, each.upper(), f"  {each} "])
)
categories = st.sampled_from(["mice", "keyboards"])
keys = st.sampled_from([None, None, "a", "b", "c", "d"])
subjects = st.sampled_from(["local", "local", "other"])
prices = st.integers(1, 99_999_999).map(lambda cents: cents / 100)
quantities = st.sampled_from([0, 1, 3, 10, MOST - 1, MOST])
texts = st.sampled_from(["", "Flat.", "two\nlines", "é\t\U0001f600"])
new_users = st.fixed_dictionaries({"name": names, "email": addresses})
new_products = st.fixed_dictionaries(
    {"name": names, "price": prices, "category": categories},
    optional={"description": texts, "initialQuantity": quantities},
)
deltas = st.sampled_from([1, 2, -1, -2, -3, 10, MOST, -MOST])
# Which one, of those that there are by then.
picks = st.integers(0, 30)

user_changes = st.fixed_dictionaries(
    {}, optional={"name": names, "email": addresses, "status": st.sampled_from(["active", "inactive"])}
).filter(bool)
product_changes = st.fixed_dictionaries(
    {}, optional={"name": names, "price": prices, "category": categories, "description": texts}
).filter(bool)
stock_changes = st.fixed_dictionaries({"quantity": quantities})
# What is made or changed, and how.
new = st.tuples(st.just("user"), new_users) | st.tuples(st.just("product"), new_products)
batches = st.tuples(st.just("users"), st.lists(new_users, min_size=1, max_size=3)) | st.tuples(
    st.just("products"), st.lists(new_products, min_size=1, max_size=3)
)
changes = (
    st.tuples(st.just("user"), user_changes)
    | st.tuples(st.just("product"), product_changes)
    | st.tuples(st.just("inventory"), stock_changes)
)
adjustments = st.fixed_dictionaries({"delta": deltas}, optional={"reason": names})
# An operation, and what it lists.
lists = st.sampled_from(
    [
        ("list_users", {}),
        ("list_users", {"status": "active"}),
        ("list_users", {"status": "inactive"}),
        ("list_products", {}),
        ("list_products", {"category": "mice"}),
        ("list_adjustments", {}),
    ]
)
limits = st.sampled_from([None, 1, 2, 100])
# Of this list or of any other, or one that never was; from the beginning without.
places = st.none() | st.none() | picks | st.from_regex("[0-9a-f]{46}", fullmatch=True)
