// Linked into an executable, this takes the place of the C library's getaddrinfo() for everything
// in the process, libcurl included: one host name hangs for ten seconds, as a dead resolver does,
// and one has an address of either family.
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
  if (node != nullptr && deviceflow::test::kTwoAddressesHost == node) {
    addrinfo any = *hints;
    any.ai_family = AF_UNSPEC;
    addrinfo* second = nullptr;
    if (real("::1", service, &any, result) != 0 || real("127.0.0.1", service, &any, &second) != 0) {
      std::abort();
    }
    addrinfo* last = *result;
    while (last->ai_next != nullptr) last = last->ai_next;
    last->ai_next = second;
    return 0;
  }
  return real(node, service, hints, result);
}
