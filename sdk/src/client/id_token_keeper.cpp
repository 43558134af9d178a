#include "client/id_token_keeper.hpp"

#include <chrono>
#include <deviceflow/platform.hpp>

#include "protocol/id_token.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow {

namespace {

constexpr std::chrono::minutes kBetweenFetches{1};
constexpr const char* kUnknownKey = "unknown_key";

// A provider that changes its keys may sign with one that its key set does not show yet.
Error not_shown_yet() {
  Error error = make_error(Blame::protocol, ErrorCode::invalid_response, Stage::id_token,
                           "The ID token can't be checked now: the issuer's key set does not have "
                           "the key that signed it.");
  error.reason = kUnknownKey;
  error.retryable = true;
  return error;
}

// A token that can't be read is rejected; the reason stays.
Error disbelieved(Error error) {
  error.stage = Stage::id_token;
  if (error.code != ErrorCode::algorithm_not_allowed) error.code = ErrorCode::id_token_invalid;
  return error;
}

// A key that can't be used rejects the token; a failure of the library says nothing about it.
Error key_error(const Error& error) {
  if (error.code == ErrorCode::crypto_failed) return error;
  return id_token_error("key", error.message);
}

}  // namespace

IdTokenKeeper::IdTokenKeeper() : verifier_(make_openssl_verifier()) {}

Result<void> IdTokenKeeper::load(const Question& question, const Fetch& fetch) {
  if (question.jwks_uri.empty()) {
    return make_error(Blame::caller, ErrorCode::not_possible, Stage::id_token,
                      "The ID token can't be checked: the address of the issuer's keys (jwks_uri) "
                      "is not known.");
  }
  auto keys = fetch(question.jwks_uri);
  if (!keys.ok()) return keys.error();
  keys_ = std::move(*keys);
  loaded_at_ = question.now;
  return {};
}

Result<SignatureCheck> IdTokenKeeper::check_signature(const Jwt& jwt, const Question& question,
                                                      const Fetch& fetch) {
  const bool had_keys = keys_.has_value();
  if (!had_keys) {
    const auto loaded = load(question, fetch);
    if (!loaded.ok()) return loaded.error();
  }
  auto first = verify_signature(jwt, *keys_, *verifier_);
  if (!first.ok()) return key_error(first.error());
  const bool again =
      *first != SignatureCheck::valid && had_keys && question.now - loaded_at_ >= kBetweenFetches;
  if (!again) return first;
  // Some servers make a new key under the old kid. Nothing less excuses a wrong signature.
  const bool wrong = *first == SignatureCheck::invalid;
  const auto loaded = load(question, fetch);
  if (!loaded.ok() && wrong) return first;
  if (!loaded.ok()) return loaded.error();
  auto second = verify_signature(jwt, *keys_, *verifier_);
  if (!second.ok()) return key_error(second.error());
  if (wrong && *second == SignatureCheck::unknown_key) return first;
  return second;
}

Result<IdTokenClaims> IdTokenKeeper::check(const TokenSet& tokens, const Question& question,
                                           const Fetch& fetch) {
  const auto jwt = parse_jwt(tokens.id_token.reveal());
  if (!jwt.ok()) return disbelieved(jwt.error());
  if (question.issuer.empty()) {
    return make_error(Blame::caller, ErrorCode::not_possible, Stage::id_token,
                      "The ID token can't be checked: the issuer is not known. Set the issuer.");
  }
  const auto signature = check_signature(*jwt, question, fetch);
  if (!signature.ok()) return signature.error();
  if (*signature == SignatureCheck::unknown_key) {
    return id_token_error(kUnknownKey, "none of the issuer's keys signed it");
  }
  if (*signature == SignatureCheck::invalid) {
    return id_token_error("signature", "its signature is wrong");
  }
  return check_claims(*jwt, tokens, question);
}

Result<IdTokenClaims> IdTokenKeeper::check_claims(const Jwt& jwt, const TokenSet& tokens,
                                                  const Question& question) const {
  IdTokenExpectations expected;
  expected.issuer = question.issuer;
  expected.client_id = question.client_id;
  expected.subject = question.subject;
  expected.newer_than = question.newer_than;
  expected.access_token = &tokens.access_token;
  return check_id_token(jwt, expected, question.wall, question.server_date, openssl_hash);
}

std::optional<Error> IdTokenKeeper::contradiction(const TokenSet& tokens,
                                                  const Question& question) const {
  const auto jwt = parse_jwt(tokens.id_token.reveal());
  if (!jwt.ok() || question.issuer.empty()) return std::nullopt;
  const auto claims = check_claims(*jwt, tokens, question);
  if (claims.ok() || claims.error().code != ErrorCode::id_token_invalid) return std::nullopt;
  return claims.error();
}

IdTokenKeeper::Verdict IdTokenKeeper::decide(const TokenSet& tokens, const Question& question,
                                             const Fetch& fetch) {
  Verdict out;
  if (tokens.id_token.empty()) {
    const bool due = missing_scopes("openid", question.scope).empty() &&
                     missing_scopes("openid", tokens.scope.value_or(question.scope)).empty();
    if (due) {
      out.problem =
          id_token_error("missing", "there is none, though the server granted \"openid\"");
    }
    return out;
  }
  auto claims = check(tokens, question, fetch);
  if (claims.ok()) {
    out.claims = std::move(*claims);
    return out;
  }
  out.problem = claims.error();
  out.disbelieved = out.problem->code == ErrorCode::id_token_invalid ||
                    out.problem->code == ErrorCode::algorithm_not_allowed;
  const bool unknown_key = out.problem->reason == kUnknownKey;
  if (!question.renewal || (out.disbelieved && !unknown_key)) return out;
  if (auto alarm = contradiction(tokens, question)) {
    out.problem = std::move(alarm);
    out.disbelieved = true;
  } else if (unknown_key) {
    out.problem = not_shown_yet();
    out.disbelieved = false;
  }
  return out;
}

}  // namespace deviceflow
