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

void IdTokenKeeper::load(const Question& question, const Fetch& fetch, Then<Result<void>> then) {
  if (question.jwks_uri.empty()) {
    return then(
        make_error(Blame::caller, ErrorCode::not_possible, Stage::id_token,
                   "The ID token can't be checked: the address of the issuer's keys (jwks_uri) "
                   "is not known."));
  }
  fetch([this, now = question.now, then](Result<Jwks> keys) {
    if (!keys.ok()) return then(keys.error());
    keys_ = std::move(*keys);
    loaded_at_ = now;
    then({});
  });
}

void IdTokenKeeper::check_signature(const Jwt& jwt, const Question& question, const Fetch& fetch,
                                    Then<Result<SignatureCheck>> then) {
  const auto verify = [this, jwt]() -> Result<SignatureCheck> {
    auto signature = verify_signature(jwt, *keys_, *verifier_);
    if (!signature.ok()) return key_error(signature.error());
    return signature;
  };
  if (!keys_) {
    return load(question, fetch, [verify, then](Result<void> loaded) {
      then(loaded.ok() ? verify() : loaded.error());
    });
  }
  const auto first = verify();
  if (!first.ok() || *first == SignatureCheck::valid ||
      question.now - loaded_at_ < kBetweenFetches) {
    return then(first);
  }
  // Some servers make a new key under the old kid. Nothing less excuses a wrong signature.
  const bool wrong = *first == SignatureCheck::invalid;
  load(question, fetch, [verify, first, wrong, then](Result<void> loaded) {
    if (!loaded.ok() && wrong) return then(first);
    if (!loaded.ok()) return then(loaded.error());
    const auto second = verify();
    if (second.ok() && wrong && *second == SignatureCheck::unknown_key) return then(first);
    then(second);
  });
}

void IdTokenKeeper::check(const TokenSet& tokens, const Question& question, const Fetch& fetch,
                          Then<Result<IdTokenClaims>> then) {
  const auto jwt = parse_jwt(tokens.id_token.reveal());
  if (!jwt.ok()) return then(disbelieved(jwt.error()));
  if (question.issuer.empty()) {
    return then(
        make_error(Blame::caller, ErrorCode::not_possible, Stage::id_token,
                   "The ID token can't be checked: the issuer is not known. Set the issuer."));
  }
  check_signature(
      *jwt, question, fetch,
      [this, jwt = *jwt, &tokens, question, then](Result<SignatureCheck> signature) {
        if (!signature.ok()) return then(signature.error());
        if (*signature == SignatureCheck::unknown_key) {
          return then(id_token_error(kUnknownKey, "none of the issuer's keys signed it"));
        }
        if (*signature == SignatureCheck::invalid) {
          return then(id_token_error("signature", "its signature is wrong"));
        }
        then(check_claims(jwt, tokens, question));
      });
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

void IdTokenKeeper::decide(const TokenSet& tokens, const Question& question, const Fetch& fetch,
                           Then<Verdict> then) {
  if (tokens.id_token.empty()) {
    Verdict out;
    const bool due = missing_scopes("openid", question.scope).empty() &&
                     missing_scopes("openid", tokens.scope.value_or(question.scope)).empty();
    if (due) {
      out.problem =
          id_token_error("missing", "there is none, though the server granted \"openid\"");
    }
    return then(std::move(out));
  }
  check(tokens, question, fetch, [this, &tokens, question, then](Result<IdTokenClaims> claims) {
    then(settle(tokens, question, std::move(claims)));
  });
}

IdTokenKeeper::Verdict IdTokenKeeper::settle(const TokenSet& tokens, const Question& question,
                                             Result<IdTokenClaims> claims) const {
  Verdict out;
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
