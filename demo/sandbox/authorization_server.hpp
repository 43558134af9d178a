// The sandbox authorization server without its socket: requests and a time in, answers out.
//
// The mirror of the client's machine. It is stricter than real servers, and writes down every rule
// of RFC 8628 and RFC 6749 that the client breaks. It opens no socket or file, reads no clock, and
// takes its random bytes from outside. Nothing it hands out opens anything.
#ifndef DEVICEFLOW_SANDBOX_AUTHORIZATION_SERVER_HPP
#define DEVICEFLOW_SANDBOX_AUTHORIZATION_SERVER_HPP

#include <cstdint>
#include <deque>
#include <deviceflow/clock.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients.hpp"
#include "foundation/json.hpp"
#include "grant.hpp"
#include "messages.hpp"
#include "scenario.hpp"
#include "tokens.hpp"

namespace deviceflow::sandbox {

/// Signs with ES256.
struct Signer {
  /// The public key's coordinates, 32 bytes each.
  std::string x;
  std::string y;
  /// The signature of some bytes as JOSE wants it: 64 bytes.
  std::function<std::string(std::string_view)> sign;
};

struct Settings {
  /// Scheme, host and port the client talks to, without a slash at the end.
  std::string issuer;
  /// Scheme, host and port of the user's page; the same as `issuer` unless a phone is to open it.
  std::string page_origin;
  SteadyTime started{};
  /// Wall time at `started`, for the times in introspection answers.
  WallTime started_wall{};
  /// Gives as many unpredictable bytes as asked for.
  std::function<std::string(std::size_t)> random_bytes;
  /// The SHA-256 of some bytes, 32 bytes long; for PKCE, page tokens and ID tokens.
  std::function<std::string(std::string_view)> sha256;
  /// Without its function there are no ID tokens.
  Signer signer;
};

/// One request as it is remembered: never a code, a token or a parameter.
struct LogEntry {
  std::chrono::milliseconds at{0};  ///< Since the start.
  std::string method;
  std::string path;
  int status = 0;
  std::string outcome;  ///< /token: "tokens", an OAuth error code, "http_503", "hang_up".
  int attempt = 0;      ///< /token: which poll of its code, from 1; 0 for a refresh.
};

/// Not thread-safe: the listener calls it under a lock.
class AuthorizationServer {
 public:
  AuthorizationServer(Settings settings, Scenario scenario);

  /// Answers one request that arrived at `now`, whatever it is. `now` never goes back.
  Response handle(const Request& request, SteadyTime now);
  /// The client closed the connection while the answer called `poll_ticket` was held back. Takes a
  /// refresh back, since its tokens never arrived.
  void on_client_gone(std::uint64_t poll_ticket, SteadyTime now);

  /// What a person on the page would do. Typing is forgiven: case, dashes and spaces don't count.
  DecisionResult decide(std::string_view user_code, Decision decision, std::string_view person,
                        SteadyTime now);

  /// The next poll of that code gets `answer`, unless it comes too early. An answer that was put
  /// there before and waits for its poll is replaced.
  DecisionResult answer_next(std::string_view user_code, ScriptedAnswer answer, SteadyTime now);

  std::string verification_uri() const { return settings_.page_origin + "/device"; }
  /// In the order they happened; only the first thousand are kept.
  const std::vector<Violation>& violations() const { return violations_; }
  /// In order of arrival; only the last ten thousand are kept.
  const std::deque<LogEntry>& log() const { return log_; }

 private:
  struct EndpointRules;

  bool is_called_by_its_name(const Request& request) const;
  Response route(const Request& request, SteadyTime now, LogEntry& entry);
  Response metadata(const Request& request) const;

  // Requests of the client (client_endpoints.cpp).
  std::optional<Form> read_form(const Request& request, const EndpointRules& rules,
                                Response& refusal);
  std::optional<Form> read_fields(const Request& request, Response& refusal);
  const Client* identify(const Request& request, const Form& form, std::string_view rule,
                         Response& refusal);
  Response device_authorization(const Request& request, SteadyTime now);
  JsonValue device_answer(const Grant& grant) const;
  Response scripted_device_answer(const ScriptedAnswer& script, const Form& form,
                                  const Client& client, SteadyTime now);
  Response too_many_codes(const Client& client, SteadyTime now) const;
  bool make_room(const Client& client, SteadyTime now);
  Grant& issue(const Client& client, const Form& form, SteadyTime at);

  // PKCE (pkce.cpp).
  bool accept_challenge(const Form& form, Response& refusal);
  std::optional<Response> check_verifier(Grant& grant, const Form& form);

  // Polling (token_endpoint.cpp).
  Response token(const Request& request, SteadyTime now, LogEntry& entry);
  Response poll(const Form& form, const Client& client, SteadyTime now, LogEntry& entry);
  Response answer_poll(Grant& grant, const Form& form, SteadyTime now);
  bool came_too_early(Grant& grant, SteadyTime now);
  Response scripted_poll_answer(Grant& grant, const ScriptedAnswer& script, SteadyTime now);
  Response ordinary_poll_answer(Grant& grant, SteadyTime now);
  void decide_by_itself(Grant& grant, SteadyTime now) const;

  // Tokens given out and renewed (refresh.cpp).
  bool gives_refresh_token(std::string_view scope) const;
  Response give_tokens(const Login& login, std::string_view scope, std::uint64_t ticket,
                       bool with_refresh_token, SteadyTime now);
  Response refresh(const Form& form, const Client& client, SteadyTime now);
  Response exchange(Token& token, const std::string& scope, SteadyTime now);
  Response refuse_dead(Token& token, SteadyTime now);
  void drop_old_tokens(std::string_view client_id, SteadyTime now);
  void end_login(std::uint64_t id, Token::State state);
  void take_refresh_back(std::uint64_t ticket, SteadyTime now);
  Token* find_token(std::string_view value);

  // ID tokens (id_token.cpp).
  std::string key_id() const;
  Response jwks(const Request& request) const;
  std::string id_token(const Login& login, std::string_view scope, std::string_view access_token,
                       SteadyTime now) const;

  // What tokens are for (token_services.cpp).
  Response introspect(const Request& request, SteadyTime now);
  bool may_introspect(const Request& request, const Form& form, Response& refusal);
  Response revoke(const Request& request, SteadyTime now);
  Response revoke_token(Token* token, SteadyTime now);
  Response userinfo(const Request& request, SteadyTime now);
  WallTime wall_time(SteadyTime at) const;

  // The user's page (user_page.cpp) and the test's (control.cpp).
  Response user_page(const Request& request, SteadyTime now);
  Response show_code(const Request& request, std::string_view user_code, SteadyTime now);
  Response take_decision(const Request& request, SteadyTime now);
  std::string seal(std::string_view nonce) const;
  std::string make_page_token();
  std::string page_token_of(const Request& request) const;
  Response page(const Request& request, int status, const std::string& html, std::string_view nonce,
                std::string_view page_token);
  Response control(const Request& request, SteadyTime now);

  static DecisionResult standing(const Grant* grant, SteadyTime now);
  Grant* find_by_user_code(std::string_view typed);
  std::string random_token();
  void violated(std::string rule, std::string detail);

  Settings settings_;
  Scenario scenario_;
  std::string page_key_;  ///< Page tokens are sealed with it.
  std::deque<Grant> grants_;
  std::deque<Token> tokens_;
  std::vector<Violation> violations_;
  std::deque<LogEntry> log_;
  int device_requests_ = 0;
  int refreshes_ = 0;
  int revocations_ = 0;
  std::uint64_t next_ticket_ = 1;
};

}  // namespace deviceflow::sandbox

#endif
