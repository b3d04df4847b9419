from __future__ import annotations

import random
import socket
import struct
import threading
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coursekit.core.comparison import compare
from coursekit.core.spec import Code
from coursekit.grading.child import wire
from coursekit.grading.child.wire import Caps, Foreign, WireError

USUAL = Caps()
SMALL = Caps(header=4096, body=4096, depth=8)


def split(frame: bytes, caps: Caps = USUAL) -> tuple[bytes, bytearray]:
    header, body = wire.lengths(frame[:8], caps)
    return frame[8 : 8 + header], bytearray(frame[8 + header : 8 + header + body])


def there_and_back(value: Any, caps: Caps = USUAL) -> Any:
    return wire.decode(*split(wire.encode(value, caps), caps), caps)


def frame(header: bytes, body: bytes = b"") -> tuple[bytes, bytearray]:
    return header, bytearray(body)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(PLAIN)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    back = there_and_back(value)
    assert repr(back) == repr(value)


@given(
    hnp.arrays(
        hnp.boolean_dtypes()
        | hnp.integer_dtypes()
        | hnp.unsigned_integer_dtypes()
        | hnp.floating_dtypes(sizes=(16, 32, 64))
        | hnp.complex_number_dtypes(sizes=(64, 128)),
        hnp.array_shapes(min_dims=0, min_side=0, max_dims=4),
    )
)
def test_arrays_come_back_as_they_were(value: np.ndarray) -> None:
    for form in (value, value.T, value[..., ::-1] if value.ndim else value):
        back = there_and_back(form)
        assert type(back) is np.ndarray
        assert back.shape == form.shape
        assert back.dtype == form.dtype.newbyteorder("=")
        assert back.tobytes() == np.ascontiguousarray(form, form.dtype.newbyteorder("=")).tobytes()


def test_scalars_keep_their_type() -> None:
    for value in (np.float32(1.5), np.int8(-3), np.bool_(True), np.float64("nan")):
        assert repr(there_and_back(value)) == repr(value)
        assert type(there_and_back(value)) is type(value)


class Liar(np.ndarray):
    def __eq__(self, other: object) -> Any:
        return True


def test_what_is_not_plain_data_becomes_a_shell_with_its_name() -> None:
    class Point(tuple):
        pass

    back = there_and_back(Point((1, 2)))
    assert isinstance(back, Foreign)
    assert compare((1, 2), back).sentence == "The result is a Point where a tuple of 2 is due."
    array = there_and_back(np.ones(3).view(Liar))
    assert (
        compare(np.ones(3), array).sentence == "The result is a Liar; return a plain NumPy array."
    )
    objects = there_and_back(np.array([1, None]))
    assert objects.dtype == object
    assert compare(np.ones(2), objects).kind == "dtype"
    assert compare(np.arange(3.0), there_and_back(np.arange(3, dtype=np.longdouble))) is None
    assert compare(1.5, there_and_back(np.longdouble(1.5))) is None
    assert there_and_back(10**90).__class__.__name__ == "int"
    assert isinstance(there_and_back(lambda: 1), Foreign)


def test_giants_without_memory_stay_small() -> None:
    giant = np.broadcast_to(np.float64(1), (10**6, 10**6))
    data = wire.encode(giant)
    assert len(data) < 200
    back = wire.decode(*split(data))
    assert back.shape == giant.shape
    assert compare(np.ones((2, 2)), back).kind == "shape"


def test_what_computes_with_an_answer_gets_no_hollow_arrays() -> None:
    giant = np.broadcast_to(np.float64(1), (10**6, 10**6))
    back = wire.decode(*split(wire.encode(giant)), Caps(hollow=False))
    assert isinstance(back, Foreign)
    assert type(back).__name__ == "ndarray"


def test_an_answer_of_many_shells_is_refused() -> None:
    some = [np.array([None])] * 100
    assert len(there_and_back(some)) == 100
    with pytest.raises(WireError):
        there_and_back([*some, np.array([None])])


def test_endless_nesting_is_cut_when_sending() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert there_and_back(loop)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (b"", b""),
        (b"\xff", b""),
        (b"[]", b""),
        (b"{}", b""),
        (b'{"list": 3}', b""),
        (b'{"list": [], "tuple": []}', b""),
        (b'{"pickle": "gASV"}', b""),
        (b'{"code": ["f", "def f(): pass"]}', b""),
        (b'{"array": ["<f8", [2]]}', b"12345678"),
        (b'{"array": ["<f8", [1]]}', b"123456789"),
        (b'{"array": ["|O8", [1]]}', b"12345678"),
        (b'{"array": ["<f8", [-1]]}', b""),
        (b'{"array": ["<f8", [true]]}', b"12345678"),
        (b'{"array": ["<f8", [0, 1099511627776, 1099511627776, 1099511627776]]}', b""),
        (b'{"array": ["<f8", [1e3]]}', b""),
        (b'{"array": [["<f8"], [1]]}', b""),
        (b'{"scalar": ["<f8", [1]]}', b"12345678"),
        (b'{"dict": [[{"list": []}, 1]]}', b""),
        (b'{"dict": [1]}', b""),
        (b'{"float": "1e999"}', b""),
        (b'{"float": []}', b""),
        (b'{"other": 3}', b""),
        (b'{"shell": ["", "<f8", [1099511627776, 1099511627776]]}', b""),
        (b"NaN", b""),
        (b"9" * 100, b""),
        (b"[" * 5000, b""),
        (b'{"list":[' * 40 + b"1" + b"]}" * 40, b""),
        (b"1", b"rest"),
    ],
)
def test_a_broken_frame_gives_the_typed_error(header: bytes, body: bytes) -> None:
    with pytest.raises(WireError):
        wire.decode(*frame(header, body))


def test_booleans_are_made_real_booleans() -> None:
    back = wire.decode(*frame(b'{"array": ["|b1", [3]]}', b"\x00\x01\x07"))
    assert back.view(np.uint8).tolist() == [0, 1, 1]


def test_lengths_are_capped_before_memory_is_taken() -> None:
    for header, body in ((1 << 31, 0), (0, 1 << 31)):
        with pytest.raises(WireError):
            wire.lengths(struct.pack("<II", header, body), Caps())


def test_code_becomes_a_function_only_where_it_is_allowed() -> None:
    data = wire.encode(Code("double", "def double(x):\n    return np.add(x, x)"))
    with pytest.raises(WireError):
        wire.decode(*split(data))
    assert wire.decode(*split(data), Caps(code=True))(4) == 8


def test_a_slow_or_closed_channel_is_told_apart() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = wire.Channel(ours)
        theirs.sendall(wire.encode([1])[:-1])
        with pytest.raises(TimeoutError):
            channel.receive(Caps(), time.monotonic() + 0.05)
        with pytest.raises(TimeoutError):
            channel.send(bytes(1 << 24), time.monotonic() + 0.05)
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        with pytest.raises(wire.Closed):
            wire.Channel(ours).receive(Caps(), time.monotonic() + 5)


def test_frames_that_arrive_in_pieces_are_put_together() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = wire.Channel(ours)
        values = [np.arange(50_000.0), "text", [1, 2]]
        sent = b"".join(map(wire.encode, values))
        writer = threading.Thread(target=trickle, args=(theirs, sent))
        writer.start()
        back = [channel.receive(Caps(), time.monotonic() + 30) for _ in values]
        writer.join()
        assert np.array_equal(back[0], values[0])
        assert back[1:] == values[1:]


def trickle(channel: socket.socket, data: bytes) -> None:
    for start in range(0, len(data), 7919):
        channel.sendall(data[start : start + 7919])


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Damage a frame: bytes flipped, cut, doubled, digits and brackets exchanged."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(out)) if out else 0
        match rng.randrange(5):
            case 0 if out:
                out[place] = rng.randrange(256)
            case 1 if out:
                del out[place : place + rng.randint(1, 9)]
            case 2:
                out[place:place] = out[place : place + rng.randint(1, 30)]
            case 3 if out:
                out[place] = rng.choice(b'0123456789[]{}",:-.e')
            case _:
                out[place:place] = rng.choice(FRAGMENTS)
    return bytes(out)


FRAGMENTS = [b'{"list":[', b"]}", b'{"array":["<f8",[', b"1099511627776", b"-1", b"1e999", b"NaN"]
SAMPLES = [
    ("value", [1, 2.5, None, True, "text", (3,)]),
    {"value": np.arange(6.0).reshape(2, 3), "after": [[np.ones(2, np.float32)], {}]},
    {"error": {"type": "ValueError", "places": [("cell 1", 3, "f")], "stub": False}},
    [np.float64(2), np.bool_(True), float("nan"), np.array([None])],
]


def fuzz(count: int, seed: int) -> int:
    """Decode damaged frames; return how many were refused. Anything but WireError escapes."""
    rng = random.Random(seed)
    frames = [wire.encode(sample) for sample in SAMPLES]
    refused = 0
    for _ in range(count):
        data = mutate(rng.choice(frames), rng)
        try:
            wire.decode(*split(data.ljust(8, b"\0"), SMALL), SMALL)
        except WireError:
            refused += 1
    return refused


def test_damaged_frames_give_typed_errors_only() -> None:
    assert fuzz(20_000, seed=1) > 10_000
