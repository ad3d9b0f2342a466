"""Cycles: which nodes of a graph lead back to themselves."""

from collections.abc import Iterator, Mapping, Set


def strongly_connected(graph: Mapping[str, Set[str]]) -> Iterator[list[str]]:
    """The nodes in groups that lead to each other; a group comes after all that it leads to.

    By Tarjan (1972), without recursion: a chain may be as long as a document. Names that are no nodes are passed over.
    """
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    is_waiting: set[str] = set()
    for start in graph:
        if start in order:
            continue
        path = [(start, iter(sorted(graph[start])))]
        _enter(start, order, lowest, waiting, is_waiting)
        while path:
            node, ahead = path[-1]
            following = next((each for each in ahead if each in graph), None)
            if following is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == order[node]:
                    group = waiting[waiting.index(node) :]
                    del waiting[-len(group) :]
                    is_waiting.difference_update(group)
                    yield group
            elif following not in order:
                path.append((following, iter(sorted(graph[following]))))
                _enter(following, order, lowest, waiting, is_waiting)
            elif following in is_waiting:
                lowest[node] = min(lowest[node], order[following])


def cycles(graph: Mapping[str, Set[str]]) -> list[list[str]]:
    """The groups whose nodes lead back to themselves."""
    return [group for group in strongly_connected(graph) if len(group) > 1 or group[0] in graph[group[0]]]


def _enter(node: str, order: dict[str, int], lowest: dict[str, int], waiting: list[str], is_waiting: set[str]) -> None:
    order[node] = lowest[node] = len(order)
    waiting.append(node)
    is_waiting.add(node)
