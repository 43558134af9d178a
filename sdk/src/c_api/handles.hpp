// What the C API's handles are, and what its sources share.
#ifndef DEVICEFLOW_SRC_C_API_HANDLES_HPP
#define DEVICEFLOW_SRC_C_API_HANDLES_HPP

#include <deviceflow/deviceflow.h>

#include <deviceflow/device_login.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/provider.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct deviceflow_client {
  std::string client_id;
  deviceflow::Secret client_secret;
  deviceflow::ClientAuth auth = deviceflow::ClientAuth::none;
  bool allow_http = false;
  deviceflow::Endpoints endpoints;                       // as they are used: see name_endpoints()
  deviceflow::Endpoints given;                           // by the options
  deviceflow::Endpoints discovered;                      // by metadata
  std::shared_ptr<const deviceflow::Provider> provider;  // or null
  std::optional<deviceflow::Error> error;
};

namespace deviceflow::c_api {

/// A finished request, and the view of it that is handed out. Must not move while that is in use.
struct SentRequest {
  HttpRequest request;
  std::vector<deviceflow_pair> headers;
  deviceflow_request view{};

  void set(HttpRequest finished);
};

// ---- Values -------------------------------------------------------------------------------------

deviceflow_text text_of(std::string_view text) noexcept;
inline std::string_view view_of(deviceflow_text text) noexcept {
  return {text.data, text.size};
}
/// False where a text claims bytes that it does not have.
inline bool is_good(deviceflow_text text) noexcept {
  return text.data != nullptr || text.size == 0;
}
bool are_good(const deviceflow_pair* pairs, std::size_t count) noexcept;
std::vector<std::pair<std::string, std::string>> pairs_of(const deviceflow_pair* pairs,
                                                          std::size_t count);

/// Null, or of another size than this library's: the status; otherwise 0.
template <typename Struct>
int check_struct(const Struct* value) noexcept {
  if (value == nullptr) return DEVICEFLOW_NULL_ARGUMENT;
  return value->size == sizeof(Struct) ? DEVICEFLOW_OK : DEVICEFLOW_WRONG_SIZE;
}

int status_of(ErrorCode code) noexcept;
/// Null: nothing has failed.
void fill(deviceflow_error& out, const Error* error) noexcept;
void fill(deviceflow_tokens& out, const TokenSet& tokens) noexcept;

/// 0, or what is wrong with the struct: RESPONSE_TOO_LARGE for one that is over the limits.
int check_response(const deviceflow_response* response) noexcept;
/// The answer with the headers that this SDK reads.
HttpResponse response_of(const deviceflow_response& response);

/// 0, or what is wrong with the struct.
int check_failure(const deviceflow_failure* failure) noexcept;
/// The failure, its words cleaned.
TransportFailure failure_of(const deviceflow_failure& failure, const Redactor& redactor);

// ---- Calls --------------------------------------------------------------------------------------

/// Runs `work`, which answers a status. The one place that catches: an allocation failed, or a
/// text outgrew what its type can hold; nothing else is ever thrown.
template <typename Work>
int guarded(Work work) noexcept {
#if defined(__cpp_exceptions)
  try {
    return work();
  } catch (...) {
    return DEVICEFLOW_OUT_OF_MEMORY;
  }
#else
  return work();
#endif
}

/// Keeps `error` with the handle and answers its status.
template <typename Handle>
int fail(Handle& handle, Error error) {
  handle.error = std::move(error);
  return status_of(handle.error->code);
}
/// not_possible: `what` is needed, and neither options, provider nor metadata name it.
Error missing_endpoint(std::string_view what);

enum class Credential { client, none };
/// An Exchange as the client stands now.
Result<Exchange> make_exchange(const deviceflow_client& client, Credential credential);
/// The secrets that the exchange's requests carry.
Redactor redactor_of(const Exchange& exchange);
/// Adds to what metadata name, and sets the provider. The one who names an endpoint wins:
/// description, metadata, options, in rising precedence. A failed allocation changes nothing.
void name_endpoints(deviceflow_client& client, const Endpoints& discovered,
                    std::shared_ptr<const Provider> provider);
/// Takes over what a description says.
int take_provider(deviceflow_client& client, const Result<Provider>& provider,
                  const deviceflow_pair* fields, std::size_t field_count);

}  // namespace deviceflow::c_api

#endif
