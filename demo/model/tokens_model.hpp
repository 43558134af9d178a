// The Developer tab's page of tokens: what each is, what is in it, and how the ID token was
// checked.
#ifndef DEVICEFLOW_DEMO_MODEL_TOKENS_MODEL_HPP
#define DEVICEFLOW_DEMO_MODEL_TOKENS_MODEL_HPP

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "line_writer.hpp"
#include "masking.hpp"
#include "worker_event.hpp"

namespace deviceflow::demo {

enum class TokenKind { access, refresh, id };
inline constexpr int kTokenKinds = 3;

/// One check of an ID token (OpenID Connect Core section 3.1.3.7), in the order of TokenChecks.
struct TokenCheck {
  enum class State { passed, failed, not_made };
  State state = State::not_made;
  std::string why;  ///< Where it failed, or was not made for a reason of its own.
};
/// "rest" is type, subject, nonce and at_hash.
struct TokenChecks {
  TokenCheck signature;
  TokenCheck issuer;
  TokenCheck audience;
  TokenCheck expiry;
  TokenCheck rest;
};

/// The checks of a token that was taken.
TokenChecks checks_of(IdTokenCheck check, const std::string& problem);
/// Those of one that was refused: what comes after the check that failed was not made. `error` is
/// id_token_invalid or algorithm_not_allowed.
TokenChecks checks_of(const Error& error);

/// The token itself, and where it is a JWT (RFC 7519) its header and claims. Masked are the token
/// and every claim that may tell of a person. Revealed, the lines hold them in ordinary strings.
std::vector<Line> token_lines(const Secret& token, Secrets mode, const Redactor& secrets);

class TokensModel {
 public:
  void set(TokensCame event);
  /// An ID token that must not be believed; the other tokens are gone.
  void refuse(const Error& error, Secret id_token);
  void forget();
  void select(TokenKind kind) noexcept { selected_ = kind; }

  /// False where there is nothing to show.
  bool known() const noexcept { return known_; }
  TokenKind selected() const noexcept { return selected_; }
  /// Empty where it did not come.
  const Secret& value(TokenKind kind) const noexcept;
  const TokenSet& tokens() const noexcept { return tokens_; }
  /// As granted, cleaned.
  const std::string& scope() const noexcept { return scope_; }
  const TokenChecks& checks() const noexcept { return checks_; }

 private:
  bool known_ = false;
  TokenKind selected_ = TokenKind::access;
  TokenSet tokens_;
  std::string scope_;
  TokenChecks checks_;
};

}  // namespace deviceflow::demo

#endif
