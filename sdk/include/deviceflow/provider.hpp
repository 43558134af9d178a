// Providers as data: where their endpoints are, and how their requests and answers differ from the
// RFCs. A new one is a JSON description (assets/providers/schema.json), no code.
#ifndef DEVICEFLOW_PROVIDER_HPP
#define DEVICEFLOW_PROVIDER_HPP

#include <deviceflow/authenticator.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/metadata.hpp>
#include <deviceflow/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

struct Dialect;  // What differs; internal.

/// A part of a provider's URLs that the caller fills in.
struct ProviderField {
  std::string name;     ///< "host", "realm" …
  std::string title;    ///< What it is, for a person.
  std::string example;  ///< A value that would do.
  bool optional = false;
};

/// A provider with its fields filled in: what a client needs to know about it. use_provider()
/// (config.hpp) puts it into a Config.
struct ResolvedProvider {
  std::string title;
  /// Empty where the provider has no metadata, or none that name this endpoint.
  std::string issuer;
  /// Below the metadata; see Config for when these are fetched.
  Endpoints endpoints;
  /// The differences, for an Exchange.
  Profile profile;
  /// How a client with a secret authenticates; empty leaves it to the metadata.
  std::optional<ClientAuth> client_auth;
  /// The audience of assertions (private_key_jwt); empty leaves it to Config's default.
  std::optional<AssertionAudience> assertion_audience = {};
  /// The scope to request if the caller names none; empty if the provider needs none.
  std::string scope;
};

/// One provider's description.
struct Provider {
  std::string name;
  std::string title;
  std::vector<ProviderField> fields;
  /// Where the facts come from, as of when ("2026-11"), and how they were learnt: "source" (the
  /// provider's own source text) or "docs" (its documentation).
  std::string facts_from;
  std::string facts_date;
  std::string confidence;

  /// URL templates: {name} stands for a field, and a part in [brackets] falls away where one of its
  /// fields has no value.
  std::string issuer;
  Endpoints endpoints;
  bool sandbox = false;
  BasicEncoding basic_encoding = BasicEncoding::form;
  std::optional<ClientAuth> client_auth;
  std::optional<AssertionAudience> assertion_audience = {};
  std::string scope;
  std::shared_ptr<const Dialect> dialect;

  /// Fills in the fields: (name, value) pairs. A value lands in one part of a URL and can't leave
  /// it: a host is a host with at most a port, and whatever stands in a path has no slash and is
  /// percent-encoded.
  ///
  /// Fails with ErrorCode::invalid_argument for a field that is missing, not this provider's, given
  /// twice, or not usable in its place; the message names it and gives an example.
  Result<ResolvedProvider> resolve(
      const std::vector<std::pair<std::string, std::string>>& values) const;
  /// The differences; no field changes them.
  Profile profile() const;
};

/// Reads a description. Fails with ErrorCode::invalid_argument; the message names the member and
/// what is allowed: text that is no JSON object, unknown members, wrong types, a URL that is not
/// https, a field that is not declared, not used, or has no title or example.
Result<Provider> parse_provider(std::string_view json);

/// The names of the built-in providers, in order.
std::vector<std::string_view> builtin_provider_names();
/// One of them. Fails with ErrorCode::invalid_argument for a name that is none; the message lists
/// the ones that are meant most likely.
Result<Provider> builtin_provider(std::string_view name);

}  // namespace deviceflow

#endif
