"""Nothing of the library is forgotten."""

from methods import DRIVEN, LEFT, methods_of, offered


def test_every_method_is_driven_or_left_out_for_a_reason():
    known = [name for classes in DRIVEN.values() for name in methods_of(classes)]
    assert sorted(known) == sorted(name for name in offered() if not name.startswith(tuple(LEFT)))


def test_nothing_is_left_out_that_the_library_does_not_have():
    assert [start for start in LEFT if not any(name.startswith(start) for name in offered())] == []
