# 64 bits, little-endian.
set(architecture arm64)
set(triplet aarch64-linux-gnu)
set(processor aarch64)
set(emulator qemu-aarch64)
include(${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake)
