#include <cstring>
#include <deviceflow/secret.hpp>

namespace deviceflow {

void wipe(void* data, std::size_t size) noexcept {
  if (size == 0) return;
  std::memset(data, 0, size);
  // The empty statement claims to read the memory, so the stores above can't be dropped.
  __asm__ __volatile__("" : : "r"(data) : "memory");
}

Secret::Secret(const Secret& other) = default;
Secret& Secret::operator=(const Secret& other) {
  return *this = Secret(other);
}

}  // namespace deviceflow
