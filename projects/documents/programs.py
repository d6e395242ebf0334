"""Recognises programs by how they begin, whatever they are called."""

_STARTS = (
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\x00asm",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
    b"@echo off",
)


def is_program(content: bytes) -> bool:
    """For Windows, Linux and macOS, Java and WebAssembly; scripts that name their interpreter, and shortcuts."""
    return content.startswith(_STARTS) or _is_windows_program(content)


def _is_windows_program(content: bytes) -> bool:
    if not content.startswith(b"MZ"):
        return False
    at = int.from_bytes(content[60:64], "little")
    return len(content) < 64 or at < 64 or content[at : at + 2] in (b"PE", b"NE", b"LE", b"LX") or at > len(content)
