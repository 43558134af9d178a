// Linked into an executable, this takes the place of the C library's getaddrinfo() for everything
// in the process, libcurl included: one host name hangs for ten seconds, as a dead resolver does.
#include "hanging_getaddrinfo.hpp"

#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>

#include <atomic>
#include <cstdlib>
#include <string_view>

namespace deviceflow::test {

namespace {

std::atomic<int> lookups{0};

}  // namespace

int hanging_lookups() {
  return lookups.load();
}

}  // namespace deviceflow::test

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  if (node != nullptr && deviceflow::test::kHangingHost == node) {
    ++deviceflow::test::lookups;
    poll(nullptr, 0, deviceflow::test::kHangMs);
    return EAI_AGAIN;
  }
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const Real real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (real == nullptr) std::abort();
  return real(node, service, hints, result);
}
