// The C API in any order of calls, with any times and responses. An input is a script, one call a
// line: a letter, a number, and text. Every call returns a status that is known, nothing that it
// gives out is wild, and what a login promises holds whatever came before.
#include <deviceflow/deviceflow.h>

#include <charconv>
#include <vector>

#include "foundation/url.hpp"
#include "fuzz.hpp"

namespace deviceflow::fuzz {
namespace {

constexpr std::string_view kSecret = "client-secret-sentinel";
constexpr std::int64_t kShortestInterval = 1000;

template <typename Struct>
Struct sized() {
  Struct out{};
  out.size = sizeof out;
  return out;
}

deviceflow_text text(std::string_view view) {
  return {view.data(), view.size()};
}
std::string_view view(deviceflow_text text) {
  require(text.data != nullptr || text.size == 0, "a text has its bytes");
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

bool is_known(int status) {
  return status == DEVICEFLOW_OK ||
         (status < 0 && std::string_view(deviceflow_error_string(status)) != "unknown");
}

// With `knows_secret` the client of the handle has one.
void check_error(const deviceflow_error& error, bool knows_secret) {
  require(is_known(error.status), "an error has a status that is known");
  require((error.status == DEVICEFLOW_OK) == (error.message.size == 0), "and says what is wrong");
  for (const deviceflow_text part :
       {error.message, error.oauth_code, error.description, error.reason}) {
    const bool secret = view(part).find(kSecret) != std::string_view::npos;
    require(!secret || !knows_secret, "no error has a secret in it");
  }
  for (const deviceflow_text part : {error.oauth_code, error.description}) {
    require(clean_text(view(part)) == view(part), "a server's words are clean");
  }
}

void check_request(const deviceflow_request& request) {
  const auto url = parse_url(view(request.url));
  require(url.ok() && !url->fragment && url->userinfo.empty(), "a request has a plain URL");
  require(request.method == DEVICEFLOW_GET || request.method == DEVICEFLOW_POST, "and a method");
  require(request.timeout_ms >= 0, "and no negative timeout");
  for (std::size_t i = 0; i < request.header_count; ++i) {
    const std::string_view name = view(request.headers[i].name);
    require(!name.empty() && name.find_first_of("\r\n") == std::string_view::npos &&
                view(request.headers[i].value).find_first_of("\r\n") == std::string_view::npos,
            "a header stays in its line");
  }
  (void)view(request.body);
}

void check_tokens(const deviceflow_tokens& tokens, bool whole) {
  for (const deviceflow_text token : {tokens.access_token, tokens.refresh_token, tokens.id_token}) {
    for (const char c : view(token)) require(c >= ' ' && c <= '~', "a token has no odd bytes");
  }
  require(!whole || tokens.access_token.size > 0, "tokens hold an access token");
  require(tokens.expires_in_s >= 0 || tokens.expires_in_s == DEVICEFLOW_UNKNOWN_TIME,
          "a lifetime is none or not negative");
  (void)view(tokens.token_type);
  (void)view(tokens.scope);
}

// A line of the script, and the number after its letter.
struct Line {
  char call = 0;
  std::int64_t number = 0;
  std::string_view rest;

  explicit Line(std::string_view line) {
    if (line.empty()) return;
    call = line.front();
    line.remove_prefix(1);
    const auto end = std::from_chars(line.data(), line.data() + line.size(), number).ptr;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    rest = line;
  }
  bool has(int bit) const { return (number & bit) != 0; }
};

class Program {
 public:
  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    deviceflow_login_free(login_);
    deviceflow_call_free(call_);
    deviceflow_client_free(client_);
  }

  void run(const Line& line) {
    switch (line.call) {
      case 'c': return new_client(line);
      case 'p': return use_provider(line);
      case 'E': return read_client_error();
      case 'l': return new_login(line);
      case 's': return step(line);
      case 'h': return add_header(line);
      case 'a': return answer_login(line);
      case 'f': return fail_login(line);
      case 'x': return cancel();
      case 'o': return read_login();
      case 'w': return snapshot(line);
      case 'R': return restore(line);
      case 'n': return new_call(line);
      case 'A': return answer_call(line);
      case 'F': return fail_call(line);
      case 'O': return read_call();
      case 'm': return use_metadata();
      case 'z': return free_client();
      default: return;
    }
  }

 private:
  static int known(int status) {
    require(is_known(status), "every call returns a status that is known");
    return status;
  }

  // ---- Client ----

  void new_client(const Line& line) {
    auto options = sized<deviceflow_client_options>();
    options.client_id = text(line.rest);
    if (line.has(1)) options.client_secret = text(kSecret);
    options.client_auth = line.has(2)   ? DEVICEFLOW_AUTH_POST
                          : line.has(1) ? DEVICEFLOW_AUTH_BASIC
                                        : DEVICEFLOW_AUTH_NONE;
    options.dangerous_allow_http = line.has(4) ? 1 : 0;
    if (!line.has(8)) {
      options.device_authorization_endpoint = text("https://id.example.com/device_authorization");
      options.token_endpoint = text("https://id.example.com/token");
    }
    if (!line.has(16)) {
      options.revocation_endpoint = text("https://id.example.com/revoke");
      options.introspection_endpoint = text("https://id.example.com/introspect");
      options.userinfo_endpoint = text("https://id.example.com/userinfo");
    }
    if (line.has(32)) options.size -= 1;
    if (line.has(64)) options.token_endpoint = {nullptr, 1};
    deviceflow_client* made = nullptr;
    const int status = known(deviceflow_client_new(line.has(128) ? nullptr : &options, &made));
    require((status == DEVICEFLOW_OK) == (made != nullptr), "a handle comes with success alone");
    if (made == nullptr) return;
    deviceflow_client_free(client_);
    client_ = made;
    client_knows_ = line.has(1);
  }

  void use_provider(const Line& line) {
    const auto [name, more] = split_at_space(line.rest);
    const deviceflow_pair field = {text(name), text(more)};
    const std::size_t count = line.has(1) ? 1 : 0;
    if (line.has(2)) {
      known(deviceflow_client_use_description(client_, text(line.rest), &field, 0));
    } else {
      known(deviceflow_client_use_provider(client_, text(line.has(1) ? "keycloak" : line.rest),
                                           count != 0 ? &field : nullptr, count));
    }
    read_client_error();
  }

  void read_client_error() {
    auto error = sized<deviceflow_error>();
    if (known(deviceflow_client_error(client_, &error)) != DEVICEFLOW_OK) return;
    check_error(error, false);  // what the program hands in itself may stand in it
  }

  void free_client() {
    deviceflow_client_free(client_);  // what was made of it lives on
    client_ = nullptr;
  }

  // ---- Login ----

  deviceflow_login_options login_options(const Line& line) {
    auto options = sized<deviceflow_login_options>();
    options.scope = text(line.rest);
    options.start_deadline_ms = line.number;
    options.seed = static_cast<std::uint64_t>(line.number);
    return options;
  }

  void take_login(deviceflow_login* made) {
    deviceflow_login_free(login_);
    login_ = made;
    login_knows_ = client_knows_;
    awaiting_ = early_ = finished_ = cancelled_ = false;
    last_feed_ = now_;
  }

  void new_login(const Line& line) {
    const auto options = login_options(line);
    deviceflow_login* made = nullptr;
    const int status = known(deviceflow_login_new(client_, &options, &made));
    require((status == DEVICEFLOW_OK) == (made != nullptr), "a handle comes with success alone");
    if (made == nullptr) return read_client_error();
    known_now_ = 0;
    take_login(made);
  }

  // The clock may be set to anything; a login allows only what does not go back.
  void step(const Line& line) {
    if (__builtin_add_overflow(now_, line.number, &now_)) now_ = line.number;
    auto out = sized<deviceflow_step>();
    const int status = known(deviceflow_login_step(login_, now_, &out));
    if (status != DEVICEFLOW_OK) return check_refused_time(status);
    known_now_ = now_;
    require((out.request != nullptr) == (out.action == DEVICEFLOW_SEND),
            "a request comes with SEND alone");
    switch (out.action) {
      case DEVICEFLOW_SEND: return check_send(*out.request);
      case DEVICEFLOW_WAIT:
        require(out.wait_until_ms >= now_, "a wait is not over already");
        require(!finished_ || (cancelled_ && awaiting_), "nothing goes on after the end");
        return;
      case DEVICEFLOW_FINISHED: finished_ = true; return read_login();
      default: require(false, "a step is one of three");
    }
  }

  void check_refused_time(int status) const {
    if (login_ == nullptr) return;
    require(status == DEVICEFLOW_TIME_WENT_BACK || status == DEVICEFLOW_INVALID_ARGUMENT,
            "only the time can be wrong");
    require((status == DEVICEFLOW_TIME_WENT_BACK) == (now_ >= 0 && now_ < known_now_),
            "and it is said how");
  }

  void check_send(const deviceflow_request& request) {
    check_request(request);
    require(!awaiting_, "there is one request at a time");
    auto codes = sized<deviceflow_codes>();
    if (deviceflow_login_codes(login_, &codes) == DEVICEFLOW_OK) {
      // One may: a request that lacked a nonce is repeated at once.
      const bool early = now_ - last_feed_ < kShortestInterval;
      require(!early || !early_, "no poll comes before its interval");
      early_ = early;
      require(now_ < codes.expires_at_ms, "nor after the codes have expired");
    }
    awaiting_ = true;
    require(!cancelled_ || view(request.body).find("grant_type=") == std::string_view::npos,
            "a cancelled login only cleans up");
  }

  void add_header(const Line& line) {
    const std::size_t colon = line.rest.find(": ");
    if (colon == std::string_view::npos || headers_.size() >= 8) return;
    headers_.push_back({text(line.rest.substr(0, colon)), text(line.rest.substr(colon + 2))});
  }

  deviceflow_response response(const Line& line) {
    if (headers_.empty()) headers_.push_back({text("Content-Type"), text("application/json")});
    auto out = sized<deviceflow_response>();
    out.status = static_cast<int>(line.number);
    out.headers = headers_.data();
    out.header_count = headers_.size();
    out.body = text(line.rest);
    return out;
  }

  static deviceflow_failure failure(const Line& line) {
    auto out = sized<deviceflow_failure>();
    out.kind = static_cast<int>(line.number & 15);
    out.nothing_sent = line.has(16) ? 1 : 0;
    out.message = text(line.rest);
    return out;
  }

  void check_fed(int status) {
    if (login_ == nullptr) return;
    if (status == DEVICEFLOW_OK) {
      require(awaiting_, "nothing can be fed in twice, or unasked");
      awaiting_ = false;
      last_feed_ = known_now_ = now_;
    }
    read_login();
  }

  void answer_login(const Line& line) {
    const auto answer = response(line);
    check_fed(known(deviceflow_login_answer(login_, now_, &answer)));
    headers_.clear();
  }

  void fail_login(const Line& line) {
    const auto failed = failure(line);
    check_fed(known(deviceflow_login_failure(login_, now_, &failed)));
  }

  void cancel() {
    auto tokens = sized<deviceflow_tokens>();
    const bool had = deviceflow_login_tokens(login_, &tokens) == DEVICEFLOW_OK;
    if (known(deviceflow_login_cancel(login_)) == DEVICEFLOW_OK && !had) cancelled_ = true;
    read_login();
  }

  void read_login() {
    auto codes = sized<deviceflow_codes>();
    if (known(deviceflow_login_codes(login_, &codes)) == DEVICEFLOW_OK) {
      require(clean_text(view(codes.user_code)) == view(codes.user_code), "a user code is clean");
      require(parse_url(view(codes.verification_uri)).ok(), "a verification URI is a URL");
      (void)view(codes.verification_uri_complete);
      require(codes.interval_s >= 1, "an interval is a second at least");
    }
    auto error = sized<deviceflow_error>();
    if (known(deviceflow_login_error(login_, &error)) == DEVICEFLOW_OK) {
      check_error(error, login_knows_);
    }
    auto tokens = sized<deviceflow_tokens>();
    const int status = known(deviceflow_login_tokens(login_, &tokens));
    if (status != DEVICEFLOW_OK) return;
    require(!cancelled_, "a cancelled login hands out no tokens");
    check_tokens(tokens, true);
  }

  void snapshot(const Line& line) {
    std::size_t needed = 0;
    char none = 'x';
    int status = known(deviceflow_login_snapshot(login_, now_, line.number, &none, 0, &needed));
    require(none == 'x', "a buffer that is too small stays as it is");
    if (status != DEVICEFLOW_BUFFER_TOO_SMALL) return;
    std::string written(needed, '\0');
    status = known(deviceflow_login_snapshot(login_, now_, line.number, written.data(),
                                             written.size(), &needed));
    require(status == DEVICEFLOW_OK && needed == written.size(),
            "the size that is named is enough");
    snapshot_ = std::move(written);
  }

  void restore(const Line& line) {
    auto options = sized<deviceflow_login_options>();
    const std::string_view record = line.rest.empty() ? snapshot_ : line.rest;
    deviceflow_login* made = nullptr;
    const int status =
        known(deviceflow_login_restore(client_, &options, text(record), now_, line.number, &made));
    require((status == DEVICEFLOW_OK) == (made != nullptr), "a handle comes with success alone");
    if (made == nullptr) return read_client_error();
    known_now_ = now_;
    take_login(made);
    read_login();
  }

  // ---- Calls ----

  void new_call(const Line& line) {
    deviceflow_call* made = nullptr;
    int status = DEVICEFLOW_OK;
    const auto [first, second] = split_at_space(line.rest);
    switch (line.number & 7) {
      case 0:
        status = deviceflow_refresh_new(client_, text(first), text(second), text("a b"), &made);
        break;
      case 1: status = deviceflow_revocation_new(client_, text(first), &made); break;
      case 2: status = deviceflow_introspection_new(client_, text(first), &made); break;
      case 3: status = deviceflow_userinfo_new(client_, text(first), text(second), &made); break;
      default:
        status = deviceflow_discovery_new(client_, text(first), static_cast<int>(line.number) - 4,
                                          &made);
    }
    require((known(status) == DEVICEFLOW_OK) == (made != nullptr), "a handle comes with success");
    if (made == nullptr) return read_client_error();
    deviceflow_call_free(call_);
    call_ = made;
    call_knows_ = client_knows_;
    answered_ = false;
    auto request = sized<deviceflow_request>();
    require(deviceflow_call_request(call_, &request) == DEVICEFLOW_OK, "a call has a request");
    check_request(request);
  }

  void check_answered(int status) {
    if (call_ == nullptr) return;
    if (answered_) require(status != DEVICEFLOW_OK, "a call is answered once");
    if (status == DEVICEFLOW_OK) answered_ = true;
    read_call();
  }

  void answer_call(const Line& line) {
    const auto answer = response(line);
    check_answered(known(deviceflow_call_answer(call_, &answer)));
    headers_.clear();
  }

  void fail_call(const Line& line) {
    const auto failed = failure(line);
    const int status = known(deviceflow_call_failure(call_, &failed));
    require(status != DEVICEFLOW_OK, "a failure is no success");
    check_answered(status);
  }

  void read_call() {
    auto tokens = sized<deviceflow_tokens>();
    if (known(deviceflow_call_tokens(call_, &tokens)) == DEVICEFLOW_OK) check_tokens(tokens, false);
    deviceflow_text json{};
    if (known(deviceflow_call_json(call_, &json)) == DEVICEFLOW_OK) {
      require(!view(json).empty() && view(json).front() == '{', "members are an object");
    }
    int active = -1;
    if (known(deviceflow_call_active(call_, &active)) == DEVICEFLOW_OK) {
      require(active == 0 || active == 1, "a token is active or not");
    }
    auto error = sized<deviceflow_error>();
    if (known(deviceflow_call_error(call_, &error)) == DEVICEFLOW_OK) {
      check_error(error, call_knows_);
    }
  }

  void use_metadata() {
    known(deviceflow_client_use_metadata(client_, call_));
    read_client_error();
  }

  static std::pair<std::string_view, std::string_view> split_at_space(std::string_view text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    return {text.substr(0, space), text.substr(std::min(space + 1, text.size()))};
  }

  deviceflow_client* client_ = nullptr;
  deviceflow_login* login_ = nullptr;
  deviceflow_call* call_ = nullptr;
  std::vector<deviceflow_pair> headers_;  // of the next response
  std::string snapshot_;
  std::int64_t now_ = 0;
  std::int64_t known_now_ = 0;  // the latest time that the login has taken
  std::int64_t last_feed_ = 0;
  bool client_knows_ = false;  // the secret
  bool login_knows_ = false;
  bool call_knows_ = false;
  bool early_ = false;  // the last poll
  bool awaiting_ = false;
  bool finished_ = false;
  bool cancelled_ = false;
  bool answered_ = false;
};

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow::fuzz;
  std::string_view script = text_of(data, size);
  Program program;
  for (int calls = 0; calls < 64 && !script.empty(); ++calls) {
    const auto [line, rest] = split_line(script);
    script = rest;
    program.run(Line(line));
  }
  return 0;
}
