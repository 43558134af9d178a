#include "c_api/handles.hpp"

using namespace deviceflow;
using namespace deviceflow::c_api;

int deviceflow_client_use_provider(deviceflow_client* client, deviceflow_text name,
                                   const deviceflow_pair* fields, size_t field_count) {
  if (client == nullptr || !is_good(name) || !are_good(fields, field_count)) {
    return DEVICEFLOW_NULL_ARGUMENT;
  }
  return guarded(
      [&] { return take_provider(*client, builtin_provider(view_of(name)), fields, field_count); });
}
