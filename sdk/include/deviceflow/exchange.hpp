// What stands between the protocol and the network, the same for every driver.
#ifndef DEVICEFLOW_EXCHANGE_HPP
#define DEVICEFLOW_EXCHANGE_HPP

#include <deviceflow/auth.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <memory>
#include <optional>
#include <string>

namespace [[gnu::visibility("default")]] deviceflow {

struct Provider;

/// Finishes requests and receives responses: first what the provider does differently, then
/// authentication, then the network (the driver's part), then what the provider does differently
/// again. Not thread-safe: one exchange at a time.
class Exchange {
 public:
  struct Options {
    /// Null for one that keeps to the RFCs.
    std::shared_ptr<const Provider> provider;
    /// Null for requests without client authentication, such as metadata.
    std::shared_ptr<Authenticator> authenticator;
    /// Plain http to hosts other than this machine. Tokens can then be read on the way.
    bool dangerous_allow_http = false;
  };

  Exchange() = default;
  explicit Exchange(Options options) : options_(std::move(options)) {}

  /// Makes the request that goes over the wire. `wall` is empty where the time is unknown; `random`
  /// must be fresh.
  ///
  /// Fails with ErrorCode::insecure_endpoint for http:// to another machine (before any socket
  /// opens), invalid_argument for a URL that can't be used or has a fragment (RFC 6749 section
  /// 3.2), or whatever the authenticator reports.
  Result<HttpRequest> prepare(OAuthRequest request, std::optional<WallTime> wall,
                              const RandomBytes& random) const;
  /// Brings an answer to a request of `stage` to the form that the readers of this SDK expect.
  HttpResponse accept(HttpResponse response, Stage stage = Stage::token) const;

  const Authenticator* authenticator() const noexcept { return options_.authenticator.get(); }

 private:
  Options options_;
};

}  // namespace deviceflow

#endif
