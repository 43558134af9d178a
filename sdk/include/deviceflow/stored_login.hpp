// A login as a token store keeps it: the value, and its form as JSON.
#ifndef DEVICEFLOW_STORED_LOGIN_HPP
#define DEVICEFLOW_STORED_LOGIN_HPP

#include <chrono>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// A refresh that has begun and of whose outcome nothing is stored yet.
struct RefreshMark {
  /// Which refresh token went out, as a hash.
  std::string token_hash;
  /// When; empty where the time was unknown.
  std::optional<WallTime> at;
};

/// A refresh that was refused because the user has to sign in again (RefreshAnswer::user_needed).
struct RefreshRefusal {
  std::string reason;       ///< Error::reason of the refusal.
  std::string message;      ///< Error::message.
  std::string description;  ///< Error::description.
  /// When; empty if the time was unknown.
  std::optional<WallTime> at;
  /// How long from then on the provider is not asked again.
  std::chrono::seconds wait{0};
};

/// A refresh that failed, though neither is the sign-in over nor the user needed.
struct RefreshFailure {
  /// What a call gets until the wait is over.
  Error error;
  /// When; empty if the time was unknown.
  std::optional<WallTime> at;
  /// How long from then on the provider is not asked again.
  std::chrono::seconds wait{0};
};

/// A device login that waits for the user, to be taken up again after a restart. Holds a device
/// code: keep it in a token store and nowhere else.
struct PendingLogin {
  Secret device_code;
  std::string user_code;
  std::string verification_uri;
  std::optional<std::string> verification_uri_complete;
  /// The interval in force, with everything that slow_down has added.
  std::chrono::seconds interval{5};
  /// When the snapshot was taken and when the codes end.
  WallTime taken_at{};
  WallTime expires_at{};
  /// The scope that was asked for.
  std::string scope;
  /// Pkce::verifier of its challenge; or empty.
  Secret code_verifier;
  /// The private key of its proofs, as PEM; or empty.
  Secret dpop_key;
};

/// Everything that a restarted program needs to go on.
struct StoredLogin {
  std::string issuer;
  std::string client_id;
  /// StoreKey::account.
  std::string account;
  /// Who signed in, from a verified ID token or UserInfo; empty where that is not known.
  std::string subject;
  /// TokenSet::scope holds the scope in force. TokenSet::expires_at is never stored: steady time
  /// means nothing after a restart. An empty access token means that nobody is signed in (yet).
  TokenSet tokens;
  /// The APIs that the tokens are for (RFC 8707), as the login asked for them.
  std::vector<std::string> resources;
  /// When the tokens came and when the access token ends; empty if the time was unknown, and
  /// expires_at also if the server sent no lifetime.
  std::optional<WallTime> received_at;
  std::optional<WallTime> expires_at;
  /// Written before a refresh request leaves, gone with the record that holds its outcome.
  std::optional<RefreshMark> refresh_begun;
  /// Stays until a refresh succeeds or the user signs in again.
  std::optional<RefreshRefusal> refused;
  /// Stays until a refresh succeeds, or fails in another way.
  std::optional<RefreshFailure> failed;
  /// The refresh token was revoked, and is gone from here; the access token could not be revoked
  /// yet. Only signing out can follow.
  bool revoked = false;
  /// The private key that the tokens are bound to (RFC 9449 section 5), as PEM; or empty.
  Secret dpop_key;
  /// certificate_thumbprint() of the client's certificate when the tokens came; or empty.
  std::string certificate;
  std::optional<PendingLogin> pending;
};

/// The version of the record's form that this SDK writes. It reads this one and every older one.
inline constexpr int kStoredLoginFormat = 1;

/// The record as JSON.
Secret to_record(const StoredLogin& login);

/// Reads a record. Fails with store_newer_version where it is of a later form, and store_damaged
/// where it can't be read; the messages say what to do, and the record stays as it is.
Result<StoredLogin> read_record(const Secret& record);

}  // namespace deviceflow

#endif
