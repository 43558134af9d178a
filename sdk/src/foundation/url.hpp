// URLs as far as a device login needs them: endpoints, verification URIs, well-known forms.
#ifndef DEVICEFLOW_URL_HPP
#define DEVICEFLOW_URL_HPP

#include <deviceflow/error.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace deviceflow {

/// An absolute URL with an authority, in parts (RFC 3986 section 3). Parts keep their bytes, except
/// that scheme and host are lower case.
struct Url {
  std::string scheme;
  std::string userinfo;
  std::string host;  ///< Without brackets for IPv6.
  std::string port;  ///< Digits, or empty.
  std::string path;  ///< Starts with '/', or empty.
  std::optional<std::string> query;
  std::optional<std::string> fragment;

  /// scheme://host[:port], with brackets around IPv6.
  std::string origin() const;
  /// The host's port as a number: the given one, or 443 for https, 80 for http.
  int effective_port() const;
};

/// Parses an absolute URL with an authority. Fails with ErrorCode::invalid_argument and a sentence
/// for relative references, missing hosts, bad ports, and any byte outside printable ASCII or among
/// space " < > \ ^ ` { | }.
Result<Url> parse_url(std::string_view text);

/// How far away a host is, by its name or literal address alone.
enum class HostReach {
  this_machine,  ///< localhost, *.localhost, 127.0.0.0/8, 0.0.0.0, ::1: a phone that opens it meets
                 ///< itself.
  private_network,  ///< Private and link-local addresses, .local, .lan, .internal, names without a
                    ///< dot: a phone needs to be on the same network.
  anywhere,
};
HostReach host_reach(std::string_view host) noexcept;

/// Where a Location header points, for a request to `base`. Understands absolute URLs and absolute
/// paths; everything else fails with ErrorCode::invalid_response.
Result<std::string> resolve_location(const Url& base, std::string_view location);

}  // namespace deviceflow

#endif
