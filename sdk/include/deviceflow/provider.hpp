// Providers as data: where their endpoints are, and how their requests and answers differ from the
// RFCs. A new one is a JSON description (assets/providers/schema.json), no code.
#ifndef DEVICEFLOW_PROVIDER_HPP
#define DEVICEFLOW_PROVIDER_HPP

#include <deviceflow/auth.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/messages.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

struct Tolerances;  // How its requests and responses differ; internal.

/// A part of a provider's URLs that the caller fills in.
struct ProviderField {
  std::string name;     ///< "host", "realm" …
  std::string title;    ///< What it is, for a person.
  std::string example;  ///< A value that would do.
  bool optional = false;
};

/// What a client needs to know about a provider. use_provider() (config.hpp) puts it into a Config.
struct Provider {
  std::string name;
  std::string title;
  /// Empty once they are filled in; the URLs are templates until then: {name} stands for a field,
  /// and a part in [brackets] falls away if one of its fields has no value.
  std::vector<ProviderField> fields;
  /// Empty if the provider has no metadata.
  std::string issuer;
  /// Each counts below the metadata, and none are fetched if all that are needed are named: see
  /// Config.
  Endpoints endpoints;
  /// True for the embedded sandbox: its verification URI may be plain http on a private network.
  bool sandbox = false;
  BasicEncoding basic_encoding = BasicEncoding::form;
  /// How a client with a secret authenticates; empty leaves it to the metadata.
  std::optional<ClientAuth> client_auth;
  /// The audience of assertions (private_key_jwt); empty leaves it to Config's default.
  std::optional<AssertionAudience> assertion_audience = {};
  /// The scope to request if the caller names none; empty if the provider needs none.
  std::string scope;
  /// Null for a provider that keeps to the RFCs. No field changes them.
  std::shared_ptr<const Tolerances> tolerances;
  /// Where the facts come from, as of when ("2026-11"), and how they were learnt: "source" (the
  /// provider's own source text) or "docs" (its documentation).
  std::string facts_from;
  std::string facts_date;
  std::string confidence;

  /// The same with its fields filled in: (name, value) pairs. A value lands in one part of a URL
  /// and can't leave it: a host is a host with at most a port, and whatever stands in a path has no
  /// slash and is percent-encoded.
  ///
  /// Fails with ErrorCode::invalid_argument for a field that is missing, not this provider's, given
  /// twice, or not usable in its place; the message names it and gives an example.
  Result<Provider> resolve(const std::vector<std::pair<std::string, std::string>>& values) const;
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
