// The JSON door, and every reader of an answer behind it.
#include "foundation/json.hpp"

#include <deviceflow/messages.hpp>

#include "fuzz.hpp"
#include "readers.hpp"

namespace deviceflow::fuzz {
namespace {

constexpr std::string_view kIssuer = "https://id.example.com";

void read_back(std::string_view text) {
  const auto value = parse_json(text);
  if (!value.ok()) return require_clean(value.error());
  const std::string written = to_json(*value);
  JsonLimits limits;  // an escape is longer than what it stands for
  limits.max_bytes *= 6;
  const auto again = parse_json(written, limits);
  require(again.ok(), "what to_json() writes can be read");
  require(to_json(*again) == written, "what to_json() writes stays the same");
}

// What is tolerated in a response changes nothing in one that is right.
void read_as_response(std::string_view text) {
  Quirks quirks;
  const auto strict = parse_json(text);
  const auto tolerant = parse_response_json(text, quirks);
  if (strict.ok()) {
    require(tolerant.ok() && quirks.list().empty(), "what is right needs no tolerance");
    require(to_json(*strict) == to_json(*tolerant), "what is right is read as it is");
  } else if (tolerant.ok()) {
    require(quirks.has(Quirk::unreadable_text), "no tolerance is silent");
    JsonLimits limits;
    limits.max_bytes *= 6;
    limits.max_string_bytes *= 3;
    require(parse_json(to_json(*tolerant), limits).ok(), "what is tolerated can be written");
  } else {
    require_clean(tolerant.error());
  }
}

void read_the_rest(const HttpResponse& response) {
  const auto metadata = read_metadata_response(kIssuer, response);
  if (metadata.ok()) {
    require(metadata->issuer == kIssuer, "metadata are the issuer's own");
  } else {
    require_clean(metadata.error());
  }
  RefreshParameters parameters;
  parameters.refresh_token = Secret("refresh-token-1");
  const RefreshAnswer refreshed = read_refresh_response(response, parameters);
  require(refreshed.tokens.has_value() != refreshed.error.has_value(), "tokens or an error");
  if (refreshed.tokens) {
    require(!refreshed.tokens->refresh_token.empty(), "a refresh leaves a refresh token");
  }
  if (const auto asked = read_introspection_response(response); !asked.ok()) {
    require_clean(asked.error());
  }
  const RevocationAnswer revoked = read_revocation_response(response);
  if (revoked.error) require_clean(*revoked.error);
  const auto info = read_userinfo_response(response);
  if (!info.ok()) return require_clean(info.error());
  require(!info->subject.empty(), "a person has a subject");
  const std::string name = display_name(*info);
  require(clean_text(name) == name, "a name is clean");
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::read_back(text);
  fuzz::read_as_response(text);
  const HttpResponse response = fuzz::response_of(text);
  fuzz::read_codes(response);
  for (const DpopMode dpop : {DpopMode::off, DpopMode::prefer, DpopMode::require}) {
    fuzz::read_token(response, dpop);
  }
  fuzz::read_the_rest(response);
  return 0;
}
