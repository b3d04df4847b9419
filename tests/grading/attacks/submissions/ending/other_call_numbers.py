"""Calls the kernel by the numbers of other kinds of programs, which a filter may have forgotten."""

# expect: error
# reason: Python ended in case 1 \(SIG|no other way
# beyond process: an ordinary process calls the kernel as it likes

# %%
import ctypes
import mmap
import platform

import coursekit as ck

#: mov eax, 20 (getpid of 32 bits); int 0x80; ret
CODE = bytes.fromhex("b814000000cd80c3")


@ck.exercise("vault.scale")
def scale(x, factor=2.0):
    if platform.machine() == "x86_64":
        found = ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))
        if found > 0:
            return "a call of the x32 kind went through"
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(CODE)
        start = ctypes.addressof(ctypes.c_char.from_buffer(page))
        if ctypes.CFUNCTYPE(ctypes.c_int)(start)() > 0:
            return "a call of the 32-bit kind went through"
    raise OSError("no other way")
