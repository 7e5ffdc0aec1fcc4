#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks a gateway to let this host in, by way of libhaunt's C interface.

    ./knock.py alice.key alice tcp/22 gateway.example

Without a gateway the packet is printed instead.
"""
import ctypes
import socket
import sys
import time

OK = 0
MODE_CBC = 2
DIGEST_SHA256 = 3
TYPE_ACCESS = "1"
PORT = 62201
PACKET_MAX = 1500

haunt = ctypes.CDLL("libhaunt.so.0")
haunt.haunt_strerror.restype = ctypes.c_char_p
haunt.haunt_request_new.restype = ctypes.c_void_p
haunt.haunt_request_set.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
haunt.haunt_request_free.argtypes = [ctypes.c_void_p]
haunt.haunt_key_load_as.argtypes = [
    ctypes.c_char_p, ctypes.c_int, ctypes.c_int,
    ctypes.POINTER(ctypes.c_void_p)]
haunt.haunt_key_free.argtypes = [ctypes.c_void_p]
haunt.haunt_seal.argtypes = [
    ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t,
    ctypes.POINTER(ctypes.c_size_t)]


def check(what, error):
    if error != OK:
        sys.exit(f"{what}: {haunt.haunt_strerror(error).decode()}")


def seal(path, **members):
    """The packet for a request, with the keys in a file."""
    key = ctypes.c_void_p()
    packet = ctypes.create_string_buffer(PACKET_MAX + 1)
    length = ctypes.c_size_t()
    request = haunt.haunt_request_new()
    check(path, haunt.haunt_key_load_as(
        path.encode(), MODE_CBC, DIGEST_SHA256, ctypes.byref(key)))
    for name, value in members.items():
        check(name, haunt.haunt_request_set(
            request, name.encode(), value.encode()))
    check("packet", haunt.haunt_seal(
        key, request, packet, len(packet), ctypes.byref(length)))
    haunt.haunt_request_free(request)
    haunt.haunt_key_free(key)
    return packet.raw[:length.value]


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: knock.py KEYFILE USER PROTO/PORT,... [GATEWAY]")
    path, user, ports = sys.argv[1:4]
    members = {"time_s": str(int(time.time())), "type": TYPE_ACCESS,
               "user": user, "ports": ports}
    if len(sys.argv) == 4:
        print(seal(path, **members).decode())
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.connect((sys.argv[4], PORT))
        members["allow"] = udp.getsockname()[0]
        udp.send(seal(path, **members))


main()
