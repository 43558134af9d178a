// What stands between the protocol and the network, the same for every driver.
#ifndef DEVICEFLOW_EXCHANGE_HPP
#define DEVICEFLOW_EXCHANGE_HPP

#include <deviceflow/authenticator.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/result.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace [[gnu::visibility("default")]] deviceflow {

/// How one provider differs from the RFCs, as a pair of pure functions at the edge. The default is
/// a provider that does not differ.
struct Profile {
  std::string name;
  /// True for the embedded sandbox: its verification URI may be plain http on a private network.
  bool sandbox = false;
  /// Rewrites an outgoing request before authentication; null leaves it alone.
  std::function<OAuthRequest(OAuthRequest)> rewrite;
  /// Brings an answer to a request of that stage to the RFC's form before it is parsed, and puts
  /// what it normalized into HttpResponse::quirks; null leaves it alone.
  std::function<HttpResponse(HttpResponse, Stage)> normalise;
  BasicEncoding basic_encoding = BasicEncoding::form;
};

/// Finishes requests and receives answers: profile.rewrite, then authentication, then the transport
/// (the driver's part), then profile.normalise. Not thread-safe: one exchange at a time.
class Exchange {
 public:
  struct Options {
    Profile profile;
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

  const Profile& profile() const noexcept { return options_.profile; }
  const Authenticator* authenticator() const noexcept { return options_.authenticator.get(); }

 private:
  Options options_;
};

}  // namespace deviceflow

#endif
