# 32 bits, little-endian.
set(architecture armhf)
set(triplet arm-linux-gnueabihf)
set(processor arm)
set(emulator qemu-arm)
set(CMAKE_CXX_FLAGS_INIT -Wno-psabi)  # nothing here was built by a GCC before 7
include(${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake)
