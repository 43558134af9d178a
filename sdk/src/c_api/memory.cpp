#include <deviceflow/deviceflow.h>

#include <cstdlib>
#include <new>

namespace {

deviceflow_memory_handler the_handler = nullptr;
void* the_user_data = nullptr;

// C++ calls this again and again until the allocation succeeds, or this does not return.
void on_failed_allocation() {
  if (the_handler(the_user_data) != 0) return;
#if defined(__cpp_exceptions)
  throw std::bad_alloc();
#else
  std::abort();
#endif
}

}  // namespace

void deviceflow_set_memory_handler(deviceflow_memory_handler handler, void* user_data) {
  the_handler = handler;
  the_user_data = user_data;
  std::set_new_handler(handler == nullptr ? nullptr : on_failed_allocation);
}
