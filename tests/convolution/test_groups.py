"""Batches in groups: every image once, in order, on as many threads as matrix products may use."""

import os
import signal
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from coursekit.backprop import conv2d_backward
from coursekit.convolution import conv2d
from coursekit.convolution.reference import groups
from coursekit.convolution.reference.groups import VALUES, in_groups, matrix_threads


@pytest.fixture(params=[1, 2, 3])
def threads(request):
    with threadpool_limits(request.param, user_api="blas"):
        if matrix_threads() != request.param:
            pytest.skip("this NumPy's library for matrices has a number of threads of its own")
        yield request.param


def collect(work, images, size):
    """What a function gives for each group, in order."""
    found = {}
    in_groups(lambda group: found.update({group.start: work(group)}), images, size)
    return [found[start] for start in sorted(found)]


@pytest.mark.parametrize("images", [0, 1, 2, 7, 100])
@pytest.mark.parametrize("size", [1, VALUES // 3, VALUES // 2, 5 * VALUES])
def test_every_image_belongs_to_one_group(images, size, threads):
    found = collect(lambda group: list(range(images)[group]), images, size)
    assert [image for group in found for image in group] == list(range(images))
    assert all(len(group) == 1 or len(group) * size <= VALUES for group in found)


def test_threads_work_side_by_side(threads):
    everyone = threading.Barrier(threads, timeout=30)
    collect(lambda group: everyone.wait(), threads, VALUES)


def test_each_thread_multiplies_on_its_own(threads):
    assert collect(lambda group: matrix_threads(), 4, VALUES) == [1] * 4
    assert matrix_threads() == threads  # as before


def test_groups_within_groups(threads):
    def work(group):
        return collect(lambda inner: inner.start, 3, VALUES)

    assert collect(work, 4, VALUES) == [[0, 1, 2]] * 4


def test_results_are_added_in_order(threads):
    first_waits = threading.Event()
    total = np.zeros(1, np.float32)

    def work(group):
        if group.start == 0 and threads > 1:
            assert first_waits.wait(timeout=30)
        if group.start == 3:
            first_waits.set()
        return np.array([1e8 if group.start == 0 else 3], np.float32)

    in_groups(work, 4, VALUES, total)
    assert total == 100_000_000  # 3 is lost beside it; all three together would not be


def test_what_numpy_does_at_an_overflow_holds_in_every_thread(threads):
    everyone = threading.Barrier(threads, timeout=30)

    def work(group):
        everyone.wait()
        return np.geterr()["over"]

    with np.errstate(over="raise"):
        assert collect(work, threads, VALUES) == ["raise"] * threads


def test_an_error_ends_it_and_the_next_call_works(threads):
    begun = []

    def work(group):
        begun.append(group.start)
        raise ValueError("not this one")

    with pytest.raises(ValueError, match="not this one"):
        in_groups(work, 1000, VALUES)
    assert len(begun) <= threads
    assert collect(lambda group: group.start, 3, VALUES) == [0, 1, 2]


def test_the_number_of_threads_does_not_change_a_bit():
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=s) for s in [(8, 16, 32, 32), (8, 16, 3, 3), (8,)])
    found = []
    for threads in (1, 2, 3):
        with threadpool_limits(threads, user_api="blas"):
            y = conv2d(x, weight, bias, 1, 1)
            found.append([y, *conv2d_backward(y, x, weight, 1, 1)])
    for other in found[1:]:
        assert all(map(np.array_equal, found[0], other))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_starts_threads_of_its_own():
    with threadpool_limits(2, user_api="blas"):
        in_groups(lambda group: None, 4, VALUES)
        assert groups._helpers.cache_info().currsize
        child = os.fork()
        if not child:
            signal.alarm(30)  # threads that are not there would be waited for for ever
            right = collect(lambda group: group.start, 4, VALUES) == [0, 1, 2, 3]
            os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0
