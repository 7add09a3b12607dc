"""The system calls a candidate's program may not make, as a seccomp filter for bubblewrap.

A list of what is refused: interpreters use most of the others. Sockets are left only inside the machine
(AF_UNIX, and its abstract names end with the network namespace); new namespaces are refused by their flags.
"""

from __future__ import annotations

import errno
import platform
import struct

_ARCHES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_NAMESPACES = 0x7E020080
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME."""
_AF_UNIX = 1
_X32 = 0x40000000

# name -> number on x86_64 and on aarch64 (None: it has no such call)
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "unshare": (272, 97), "setns": (308, 268),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "syslog": (103, 116), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171),
    "sethostname": (170, 161), "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "vhangup": (153, 58), "lookup_dcookie": (212, 18), "modify_ldt": (154, None), "uselib": (134, None),
}  # fmt: skip
_SOCKETS = {"socket": (41, 198), "socketpair": (53, 199)}
_CLONE, _CLONE3 = (56, 220), (435, 435)

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16


def _code(operation: int, operand: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, yes, no, operand)


def _refuse(number: int, error: int) -> bytes:
    return _code(_IF_EQUAL, number, 0, 1) + _code(_RETURN, _REFUSE | error)


def filter_program(machine: str = "") -> bytes:
    """Return the filter as bubblewrap takes it; KeyError on a machine that we have no numbers for."""
    arch, which = _ARCHES[machine or platform.machine()]
    program = _code(_LOAD, _ARCH) + _code(_IF_EQUAL, arch, 1, 0) + _code(_RETURN, _KILL)
    program += _code(_LOAD, _NUMBER)
    if not which:
        program += _code(_IF_AT_LEAST, _X32, 0, 1) + _code(_RETURN, _REFUSE | errno.EPERM)
    for numbers in _REFUSED.values():
        number = numbers[which]
        if number is not None:
            program += _refuse(number, errno.EPERM)
    program += _refuse(
        _CLONE3[which], errno.ENOSYS
    )  # its flags lie in memory; C libraries fall back to clone
    program += _code(_IF_EQUAL, _CLONE[which], 0, 3) + _code(_LOAD, _FIRST_ARGUMENT)
    program += _code(_IF_ANY, _NAMESPACES, 0, 6) + _code(_RETURN, _REFUSE | errno.EPERM)
    program += _code(_IF_EQUAL, _SOCKETS["socket"][which], 1, 0)
    program += _code(_IF_EQUAL, _SOCKETS["socketpair"][which], 0, 3)
    program += _code(_LOAD, _FIRST_ARGUMENT) + _code(_IF_EQUAL, _AF_UNIX, 1, 0)
    return program + _code(_RETURN, _REFUSE | errno.EACCES) + _code(_RETURN, _ALLOW)
