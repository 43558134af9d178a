// What goes in and out of the sandbox server: requests and answers as values, without a socket.
#ifndef DEVICEFLOW_SANDBOX_MESSAGES_HPP
#define DEVICEFLOW_SANDBOX_MESSAGES_HPP

#include <chrono>
#include <cstdint>
#include <deviceflow/http.hpp>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/json.hpp"

namespace deviceflow::sandbox {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  /// Path and query as they stood on the request line.
  std::string target;
  HeaderList headers;
  std::string body;
  /// True where it came in over the LAN address: only the user's page answers there.
  bool from_lan = false;

  std::string_view path() const;
  /// What follows the '?', still encoded; empty where there is none.
  std::string_view query() const;
};

struct Response {
  int status = 200;
  HeaderList headers;
  std::string body;
  /// How long the listener holds the answer back.
  std::chrono::milliseconds delay{0};
  /// Close the connection after `delay` instead of answering.
  bool hang_up = false;
  /// Names the poll or refresh this answers; see AuthorizationServer::on_client_gone(). 0 for
  /// everything else.
  std::uint64_t poll_ticket = 0;
};

/// A rule of the client's that was broken, by its row in the conformance matrix.
struct Violation {
  std::string rule;
  std::string detail;
};

/// The first header called `name`, without regard to case.
std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name);
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// `document` on one line of ASCII, so that no text in it can fool a terminal.
std::string json_text(const nlohmann::ordered_json& document);
Response json_response(int status, const nlohmann::ordered_json& body);
/// The same for a body that holds tokens or parts of a scenario, whose numbers stay as written.
Response json_response(int status, const JsonValue& body);
/// An error as RFC 6749 section 5.2 wants it.
Response oauth_error(int status, std::string_view error, std::string_view description);
/// invalid_client; with a challenge where the client tried the Authorization header.
Response invalid_client(std::string_view description);
/// `text` safe inside HTML text and double-quoted attributes.
std::string escape_html(std::string_view text);
/// "1.250 s"
std::string in_seconds(std::chrono::milliseconds duration);

}  // namespace deviceflow::sandbox

#endif
