// The window's model: any presses while any exchanges come in, what is saved of them and read
// again, and what is left after a sign-out. The first line holds the presses, two bytes each; each
// other line is an exchange: a letter for its stage, then its response.
#include "common/har.hpp"
#include "common/trace.hpp"
#include "foundation/json.hpp"
#include "fuzz.hpp"
#include "model/app_model.hpp"
#include "protocol/exchange_secrets.hpp"

namespace deviceflow::fuzz {
namespace {

using namespace demo;
using std::chrono::seconds;

constexpr std::string_view kAccess = "the-access-token-of-this-login";
constexpr std::string_view kRefresh = "the-refresh-token-of-this-login";
constexpr std::string_view kUser = "ada@example.com";
constexpr auto kLastKind = static_cast<unsigned>(Intent::Kind::trust_certificate);

bool holds_token(std::string_view text) {
  return text.find(kAccess) != std::string_view::npos ||
         text.find(kRefresh) != std::string_view::npos;
}

bool holds_token(const std::vector<Header>& headers) {
  for (const Header& header : headers) {
    if (holds_token(header.name) || holds_token(header.value.reveal())) return true;
  }
  return false;
}

bool holds_token(const ExchangeRecord& record) {
  bool found = holds_token(record.request.url) || holds_token(record.request.body.reveal()) ||
               holds_token(record.request.headers);
  for (const auto& response : {&record.response, &record.normalized}) {
    if (!*response) continue;
    found = found || holds_token((*response)->body.reveal()) || holds_token((*response)->headers);
  }
  return found;
}

bool holds_token(const std::vector<Line>& lines) {
  return holds_token(plain_text(lines));
}

ExchangeRecord exchange_of(std::string_view line, SteadyTime now) {
  constexpr Stage kStages[] = {Stage::token,         Stage::discovery, Stage::device_authorization,
                               Stage::introspection, Stage::refresh,   Stage::revocation,
                               Stage::userinfo,      Stage::id_token};
  ExchangeRecord record;
  record.stage = kStages[line.empty() ? 0 : static_cast<unsigned char>(line.front()) % 8];
  record.sent_at = now;
  record.request.method = record.stage == Stage::discovery ? Method::get : Method::post;
  record.request.url = "https://id.example.com/x";
  set_header(record.request.headers, "Authorization", "Bearer " + std::string(kAccess));
  record.request.body = Secret("client_id=tv&refresh_token=" + std::string(kRefresh));
  std::string text(line.empty() ? line : line.substr(1));
  for (char& c : text) {
    if (c == '\r') c = '\n';  // a line has no line breaks, but a response has
  }
  record.response = response_of(text);
  return record;
}

// What a trace shows of an exchange is read back as it is, and makes an archive.
void save_and_read(const ExchangeLog& log) {
  std::string text;
  HarWriter writer;
  std::string archive = writer.start();
  for (std::size_t i = 0; i < log.size(); ++i) {
    const JsonValue line = trace_line(log.at(i), log.secrets(), TraceSecrets::redact);
    text += to_json(line) + "\n";
    archive.resize(archive.size() - HarWriter::kEnd.size());
    archive += writer.add(line);
  }
  require(!holds_token(text) && !holds_token(archive), "what is saved holds no secret");
  const auto har = parse_json(archive);
  require(har.ok(), "an archive is a document");
  require(har->find("log")->find("entries")->items().size() == log.size(), "with every exchange");
  const auto trace = read_trace(text);
  require(trace.ok() && !trace->cut_off, "what was written can be read");
  if (log.size() == 0) return;
  const auto& exchanges = trace->logins.at(0).exchanges;
  require(exchanges.size() == log.size(), "every exchange of it");
  std::string again;
  for (std::size_t i = 0; i < log.size(); ++i) {
    require(exchanges[i].stage == log.at(i).stage, "with its stage");
    require(exchanges[i].response->status == log.at(i).response->status, "and its status");
  }
}

void check_screen(const AppModel& model) {
  const DeveloperModel& developer = model.developer();
  if (!developer.secrets_shown()) {
    require(!holds_token(developer.lines()) && !holds_token(developer.token_lines()),
            "what is masked is not shown");
    require(!holds_token(developer.curl().reveal()) && !holds_token(developer.body().reveal()),
            "nor copied");
  }
  require(developer.rows().empty() || developer.selected() < developer.rows().size(),
          "the selected row is there");
  for (const std::size_t row : developer.listed()) {
    require(row < developer.rows().size(), "so is every listed one");
  }
  (void)developer.shown_lines();
  (void)model.scene();
  (void)model.picture();
}

class Presses {
 public:
  explicit Presses(std::string_view bytes) : bytes_(bytes) {}
  void some(AppModel& model, int most) {
    for (; most > 0 && bytes_.size() >= 2; --most) {
      const auto kind = static_cast<unsigned char>(bytes_[0]) % (kLastKind + 1);
      const int value = static_cast<signed char>(bytes_[1]);
      bytes_.remove_prefix(2);
      (void)model.on_intent({static_cast<Intent::Kind>(kind), value});
      check_screen(model);
    }
  }

 private:
  std::string_view bytes_;
};

void sign_in(AppModel& model, SteadyTime now) {
  model.on_event({0, Restored{SignedIn{"openid", "", now + seconds(600), true, {}, {}, {}, {}}}},
                 now);
  TokensCame came;
  came.tokens.access_token = Secret(kAccess);
  came.tokens.refresh_token = Secret(kRefresh);
  model.on_event({0, std::move(came)}, now);
  ExchangeRecord info = exchange_of("g", now);
  info.response->body = Secret(R"({"sub":"1","email":")" + std::string(kUser) + R"("})");
  model.on_event({0, ExchangeCame{std::move(info)}}, now);
  model.on_event({0, PersonKnown{"Ada", std::string(kUser)}}, now);
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  using namespace deviceflow::fuzz;
  const auto [first, rest] = split_line(text_of(data, size));
  Presses presses(first);
  SteadyTime now(std::chrono::hours(1));
  AppFacts facts;
  facts.provider = "id.example.com";
  facts.client_id = "tv";
  AppModel model(facts);
  sign_in(model, now);
  std::string_view text = rest;
  for (int lines = 0; !text.empty() && lines < 40; ++lines) {
    const auto [line, more] = split_line(text);
    text = more;
    now += seconds(7);
    model.on_event({0, ExchangeCame{exchange_of(line, now)}}, now);
    (void)model.on_time(now);
    check_screen(model);
    presses.some(model, 3);
  }
  save_and_read(model.developer().log());
  (void)model.on_intent({Intent::Kind::go_home, 0});
  model.on_event({0, SignedOut{}}, now);
  const DeveloperModel& developer = model.developer();
  for (std::size_t i = 0; i < developer.log().size(); ++i) {
    const ExchangeRecord& record = developer.log().at(i);
    require(!holds_token(record), "a sign-out leaves no token in the exchanges");
    const bool tells = record.response->body.reveal().find(kUser) != std::string_view::npos;
    require(i > 0 || !tells, "nor what the server tells of the user");
  }
  require(!holds_token(developer.lines()) && !holds_token(developer.token_lines()),
          "nor on the screen");
  require(!developer.secrets_shown(), "nothing is revealed any more");
  (void)model.on_intent({Intent::Kind::toggle_secrets, 0});
  require(!holds_token(developer.lines()), "nor can it be");
  save_and_read(developer.log());
  presses.some(model, 200);
  return 0;
}
