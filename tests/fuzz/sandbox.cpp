// A scenario and any requests in any order, to the sandbox server without its socket.
//
// Parts are separated by lines "----". The first is the scenario. The others are requests: a line
// "POST /token 5000 lan" with the milliseconds that pass before it, headers, an empty line and the
// body. "{device_code}" and the like stand for what the server gave out last.
#include <array>
#include <charconv>
#include <deviceflow/secret.hpp>
#include <optional>

#include "foundation/json.hpp"
#include "fuzz.hpp"
#include "sandbox/authorization_server.hpp"

namespace deviceflow::fuzz {
namespace {

using namespace sandbox;

constexpr int kMostRequests = 64;
constexpr std::size_t kMostViolations = 1000;
constexpr std::string_view kSeparator = "\n----\n";
constexpr std::array<std::string_view, 4> kGiven{"device_code", "user_code", "access_token",
                                                 "refresh_token"};

// Not SHA-256, but as long.
std::string digest(std::string_view text) {
  std::string out(32, '\0');
  std::uint64_t state = 1469598103934665603U;
  for (std::size_t i = 0; i < text.size() + out.size(); ++i) {
    state = (state ^ (i < text.size() ? static_cast<unsigned char>(text[i]) : i)) * 1099511628211U;
    out[i % out.size()] = static_cast<char>(state >> 56);
  }
  return out;
}

Settings settings() {
  Settings out;
  out.issuer = "http://127.0.0.1:8080";
  out.page_origin = "http://192.0.2.7:8080";
  out.random_bytes = [count = 0](std::size_t size) mutable {
    std::string bytes;
    while (bytes.size() < size) bytes += digest(std::to_string(++count));
    return bytes.substr(0, size);
  };
  out.sha256 = digest;
  out.signer = {std::string(32, 'x'), std::string(32, 'y'),
                [](std::string_view text) { return digest(text) + digest(text); }};
  return out;
}

std::string_view cut(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + end.size());
  return part;
}

class Conversation {
 public:
  explicit Conversation(Scenario scenario) : server_(settings(), std::move(scenario)) {}

  void say(std::string_view text) {
    std::string_view line = cut(text, "\n");
    Request request;
    request.method = std::string(cut(line, " "));
    request.target = filled(cut(line, " "));
    const std::string_view wait = cut(line, " ");
    std::int64_t milliseconds = 0;
    std::from_chars(wait.data(), wait.data() + wait.size(), milliseconds);
    constexpr std::int64_t kLongestWait = 1000000000;
    if (milliseconds > 0 && milliseconds <= kLongestWait) {
      now_ += std::chrono::milliseconds(milliseconds);
    }
    request.from_lan = line.starts_with("lan");
    while (!text.empty()) {
      std::string_view header = cut(text, "\n");
      if (header.empty()) break;
      const std::string_view name = cut(header, ": ");
      request.headers.emplace_back(name, filled(header));
    }
    request.body = filled(text);
    const Response response = server_.handle(request, now_);
    check(request, response);
    remember(response);
    if (line.ends_with("gone")) server_.on_client_gone(response.poll_ticket, now_);
  }

  void check_log() const {
    for (const LogEntry& entry : server_.log()) {
      require(clean_text(entry.path) == entry.path, "the log holds clean paths");
      require(entry.path == "(other)" || entry.path.size() < 60, "the log holds known paths only");
    }
    require(server_.violations().size() <= kMostViolations, "violations are bounded");
    for (const Violation& violation : server_.violations()) {
      require(clean_text(violation.detail) == violation.detail, "violations are clean");
      for (const std::string& value : given_) {
        require(value.empty() || violation.detail.find(value) == std::string::npos,
                "a violation repeats no secret");
      }
    }
  }

 private:
  // The text with everything put in that was given out.
  std::string filled(std::string_view text) const {
    std::string out;
    while (!text.empty()) {
      const std::size_t at = std::min(text.find('{'), text.size());
      out += text.substr(0, at);
      text.remove_prefix(at);
      if (text.empty()) break;
      const std::size_t before = text.size();
      for (std::size_t i = 0; i < kGiven.size(); ++i) put_in(kGiven[i], given_[i], text, out);
      put_in("page_token", page_token_, text, out);
      if (text.size() == before) {
        out += text.front();
        text.remove_prefix(1);
      }
    }
    return out;
  }
  static void put_in(std::string_view name, const std::string& value, std::string_view& text,
                     std::string& out) {
    if (!text.starts_with("{" + std::string(name) + "}")) return;
    out += value;
    text.remove_prefix(name.size() + 2);
  }

  static void check(const Request& request, const Response& response) {
    require(response.delay.count() >= 0, "no response comes before its request");
    require(response.hang_up || (response.status >= 100 && response.status <= 999),
            "a status has three digits");
    for (const auto& [name, value] : response.headers) {
      require((name + value).find_first_of("\r\n") == std::string::npos, "a header is one line");
    }
    const bool page = request.path() == "/device";
    if (page) {
      require(response.body.find("<script") == std::string::npos, "a page runs no script");
      require(find_header(response.headers, "X-Frame-Options") || response.status == 421,
              "a page can't be framed");
    }
    if (request.from_lan && !page) {
      require(response.status == 404 || response.status == 421, "a phone reaches the page only");
    }
    for (const auto& [name, value] : request.headers) {
      if (equals_ignoring_case(name, "Host") && value.find(".attacker.example") != value.npos) {
        require(response.status == 421, "no other name is served");
      }
    }
  }

  void remember(const Response& response) {
    const auto cookie = find_header(response.headers, "Set-Cookie").value_or("");
    std::string_view rest = cookie;
    cut(rest, "=");
    if (!cookie.empty()) page_token_ = std::string(cut(rest, ";"));
    const auto body = parse_json(response.body);
    if (!body.ok()) return;
    for (std::size_t i = 0; i < kGiven.size(); ++i) {
      const JsonValue* value = body->find(kGiven[i]);
      const auto text = value != nullptr ? value->as_string() : std::nullopt;
      // A scenario may give out anything; only what is long counts as a secret here.
      constexpr std::size_t kShortestSecret = 40;
      if (text && (text->size() >= kShortestSecret || kGiven[i] == "user_code")) {
        given_[i] = std::string(*text);
      }
    }
  }

  AuthorizationServer server_;
  SteadyTime now_{};
  std::array<std::string, kGiven.size()> given_;
  std::string page_token_;
};

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  std::string_view text = fuzz::text_of(data, size);
  auto scenario = sandbox::parse_scenario(fuzz::cut(text, fuzz::kSeparator), "fuzzed.json");
  if (!scenario.ok()) {
    fuzz::require_clean(scenario.error());
    fuzz::require(scenario.error().message.find("fuzzed.json") != std::string::npos,
                  "a message names the file");
    return 0;
  }
  fuzz::Conversation conversation(std::move(*scenario));
  for (int i = 0; i < fuzz::kMostRequests && !text.empty(); ++i) {
    conversation.say(fuzz::cut(text, fuzz::kSeparator));
  }
  conversation.check_log();
  return 0;
}
