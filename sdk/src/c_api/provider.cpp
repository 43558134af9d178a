#include "c_api/handles.hpp"

namespace deviceflow::c_api {

int take_provider(deviceflow_client& client, const Result<Provider>& provider,
                  const deviceflow_pair* fields, std::size_t field_count) {
  if (!provider.ok()) return fail(client, provider.error());
  auto resolved = provider->resolve(pairs_of(fields, field_count));
  if (!resolved.ok()) return fail(client, resolved.error());
  const auto made = std::make_shared<const Provider>(std::move(*resolved));
  name_endpoints(client, {}, made);
  const bool open = client.auth == ClientAuth::none && !client.client_secret.empty();
  if (open && made->client_auth) client.auth = *made->client_auth;
  return DEVICEFLOW_OK;
}

}  // namespace deviceflow::c_api

using namespace deviceflow;
using namespace deviceflow::c_api;

int deviceflow_client_use_description(deviceflow_client* client, deviceflow_text json,
                                      const deviceflow_pair* fields, size_t field_count) {
  if (client == nullptr || !is_good(json) || !are_good(fields, field_count)) {
    return DEVICEFLOW_NULL_ARGUMENT;
  }
  return guarded(
      [&] { return take_provider(*client, parse_provider(view_of(json)), fields, field_count); });
}
