#include "views_scenes.hpp"

#include "views_developer_scenes.hpp"
#include "views_settings_scenes.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// What the scenes are made in, one language after the other.
Language language_now;

AppFacts plain_facts() {
  AppFacts facts;
  facts.language = language_now;
  facts.provider = "login.example.com";
  facts.client_id = "my-tv";
  facts.scope = "openid profile";
  facts.browser = true;
  return facts;
}

AppFacts long_facts() {
  AppFacts facts = plain_facts();
  facts.provider = "identity-server.department.of.a-very-large-organisation.example.com";
  facts.client_id = "0123456789abcdef0123456789abcdef-television-application";
  return facts;
}

CodesCame codes(std::string user_code, std::string uri, std::string complete) {
  CodesCame event;
  event.codes.device_code = Secret("device-code");
  event.codes.user_code = std::move(user_code);
  event.codes.verification_uri = std::move(uri);
  if (!complete.empty()) event.codes.verification_uri_complete = std::move(complete);
  event.scope = "openid profile email offline_access https://api.example.com/account.read";
  event.codes.expires_in = minutes(10);
  event.expires_at = kNow + minutes(10);
  return event;
}

CodesCame lasting(CodesCame event, seconds lifetime) {
  event.codes.expires_in = lifetime;
  event.expires_at = kNow + lifetime;
  return event;
}

std::shared_ptr<AppModel> started(const AppFacts& facts) {
  auto model = std::make_shared<AppModel>(facts);
  model->on_intent({Intent::Kind::log_in, 0});
  return model;
}

std::shared_ptr<AppModel> with_codes(const AppFacts& facts, CodesCame event) {
  auto model = started(facts);
  model->on_event({1, std::move(event)}, kNow);
  return model;
}

std::shared_ptr<AppModel> failed(const AppFacts& facts, Error error, std::string description = {}) {
  auto model = started(facts);
  error.description = std::move(description);
  model->on_event({1, LoginFailed{std::move(error), {}, {}}}, kNow);
  return model;
}

std::shared_ptr<AppModel> signed_in(const AppFacts& facts, PersonKnown person, std::string scope,
                                    std::string missing = {}) {
  auto model = started(facts);
  SignedIn event;
  event.scope = std::move(scope);
  event.missing_scope = std::move(missing);
  event.expires_at = kNow + minutes(58);
  event.renewable = true;
  event.id_token = IdTokenCheck::verified_but_time;
  model->on_event({1, std::move(event)}, kNow);
  model->on_event({1, std::move(person)}, kNow);
  return model;
}

// The disk was full when the tokens came.
std::shared_ptr<AppModel> signed_in_and_not_saved() {
  auto model = started(plain_facts());
  SignedIn event;
  event.scope = "openid profile";
  event.expires_at = kNow + minutes(58);
  event.id_token = IdTokenCheck::verified;
  event.store_failure = make_error(Blame::storage, ErrorCode::store_io, Stage::store,
                                   "Could not write the file of the stored login.");
  event.store_failure->reason = "disk_full";
  model->on_event({1, std::move(event)}, kNow);
  model->on_event({1, PersonKnown{"Ada Lovelace", "ada@example.com"}}, kNow);
  return model;
}

// A moment after the person has approved.
std::shared_ptr<AppModel> approved() {
  auto model =
      with_codes(plain_facts(), codes("WDJB-MJHT", "https://login.example.com/device", ""));
  model->on_event({1, SignedIn{}}, kNow - std::chrono::milliseconds(200));
  return model;
}

ExchangeRecord exchange(Stage stage, std::string url, int status, std::string body) {
  ExchangeRecord record;
  record.stage = stage;
  record.sent_at_wall = WallTime(seconds(1795559350));
  record.duration = std::chrono::milliseconds(41);
  record.request.method = Method::post;
  record.request.url = std::move(url);
  record.request.body = Secret("client_id=my-tv&scope=openid+profile");
  HttpResponse response;
  response.status = status;
  set_header(response.headers, "Content-Type", "application/json");
  response.body = Secret(body);
  using std::chrono::microseconds;
  response.phases = {microseconds(400), microseconds(900), microseconds(12000), microseconds(27000),
                     microseconds(700)};
  response.new_connection = true;
  record.response = std::move(response);
  return record;
}

std::shared_ptr<AppModel> developer(int exchanges) {
  auto model = signed_in(plain_facts(), {"Ada Lovelace", "ada@example.com"}, "openid");
  const std::string base = "https://login.example.com/oauth2/a/rather/long/path/";
  for (int i = 0; i < exchanges; ++i) {
    std::string body = R"({"error":"authorization_pending","error_description":")";
    body += std::string(400, 'w') + "\"}";
    model->on_event({1, ExchangeCame{exchange(Stage::token, base + "token", 400, body)}}, kNow);
  }
  model->on_event(
      {0, IntrospectionCame{make_error(Blame::caller, ErrorCode::not_possible, Stage::introspection,
                                       "Introspection needs credentials: give this, "
                                       "or that, or something else entirely.")}},
      kNow);
  model->on_intent({Intent::Kind::show_developer, 0});
  return model;
}

// The selected exchange, which hides the list where there is little room.
std::shared_ptr<AppModel> detail(Intent::Kind side) {
  auto model = developer(60);
  model->on_intent({Intent::Kind::open_detail, 0});
  model->on_intent({side, 0});
  return model;
}

// What a search finds, if anything.
std::shared_ptr<AppModel> searched(const std::string& text) {
  auto model = developer(60);
  model->edit(EditTarget::exchange_search, {"", "", Secret(text), false});
  const auto keys = screen_keys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].does != ScreenKey::Does::done) continue;
    model->on_intent({Intent::Kind::press_key, static_cast<int>(i)});
  }
  return model;
}

// Folded, and copied as a command.
std::shared_ptr<AppModel> folded() {
  auto model = detail(Intent::Kind::show_response);
  for (const ShownLine& line : model->developer().shown_lines()) {
    if (!line.opens) continue;
    model->on_intent({Intent::Kind::toggle_fold, static_cast<int>(line.source)});
  }
  model->on_intent({Intent::Kind::copy_curl, 0});
  for (int i = 0; i < 4; ++i) model->on_intent({Intent::Kind::cycle_filter, 0});
  return model;
}

std::shared_ptr<AppModel> timeline(bool long_one, int zoom) {
  auto model = with_codes(plain_facts(), codes_of_half_an_hour(long_one ? 1 : 5, kNow));
  poll_through(*model, long_one, kNow);
  model->on_intent({Intent::Kind::show_developer, 0});
  model->on_intent({Intent::Kind::show_timeline, 0});
  for (int i = 0; i < zoom; ++i) model->on_intent({Intent::Kind::zoom_in, 0});
  return model;
}

std::shared_ptr<AppModel> tokens(TokenScene scene) {
  auto model = scene == TokenScene::refused
                   ? started(plain_facts())
                   : signed_in(plain_facts(), {"Ada Lovelace", "ada@example.com"}, "openid");
  bring_tokens(*model, scene, kNow);
  model->on_intent({Intent::Kind::show_developer, 0});
  model->on_intent({Intent::Kind::show_tokens, 0});
  return model;
}

std::shared_ptr<AppModel> saved() {
  auto model = developer(3);
  model->on_event({0, Saved{"/home/ada/" + std::string(200, 'p') + "/deviceflow-1.har"}}, kNow);
  return model;
}

std::shared_ptr<AppModel> empty_timeline() {
  auto model = std::make_shared<AppModel>(plain_facts());
  model->on_intent({Intent::Kind::show_developer, 0});
  model->on_intent({Intent::Kind::show_timeline, 0});
  return model;
}

// The sandbox's desk without a login, with one, and with everything that can be told of it.
std::vector<Scene> desk_scenes() {
  std::vector<Scene> all;
  const auto add = [&](std::string name, std::shared_ptr<AppModel> model) {
    model->on_event({0, SandboxReady{"", "http://127.0.0.1:4711"}}, kNow);
    model->on_intent({Intent::Kind::show_developer, 0});
    model->on_intent({Intent::Kind::show_desk, 0});
    all.push_back({std::move(name), std::move(model)});
  };
  AppFacts sandbox = plain_facts();
  sandbox.sandbox = true;
  add("DeskEmpty", std::make_shared<AppModel>(sandbox));
  add("DeskOfAProvider", std::make_shared<AppModel>(plain_facts()));
  add("Desk", with_codes(sandbox, codes_of_half_an_hour(5, kNow)));
  for (const DeskResult result : {DeskResult::done, DeskResult::unknown}) {
    auto full = with_codes(sandbox, codes_of_half_an_hour(5, kNow));
    poll_through(*full, false, kNow);
    for (int i = 0; i < 2 * kDeskPresses; ++i) {
      const auto press = static_cast<DeskPress>(i % kDeskPresses);
      full->on_event({0, DeskAnswered{press, result}}, kNow);
    }
    add("DeskFull_" + std::string(name(result)), full);
  }
  auto over = with_codes(sandbox, codes_of_half_an_hour(1, kNow));
  poll_through(*over, true, kNow);
  Error error = make_error(Blame::server, ErrorCode::oauth_error, Stage::token, "No.");
  error.oauth_code = std::string(60, 'x');
  over->on_event({1, LoginFailed{error, {}, {}}}, kNow);
  add("DeskOver", over);
  return all;
}

// Replays: no trace, many, one that is broken.
std::vector<Scene> replay_scenes() {
  std::vector<Scene> all;
  const auto add = [&](std::string name, int files, bool read) {
    auto model = std::make_shared<AppModel>(plain_facts());
    model->on_intent({Intent::Kind::show_developer, 0});
    model->on_intent({Intent::Kind::show_replay, 0});
    std::vector<std::string> paths;
    for (int i = 0; i < files; ++i) {
      paths.push_back("/home/ada/deviceflow-" + std::string(60, '1') + std::to_string(i));
    }
    model->on_event({0, TracesListed{paths}}, kNow);
    model->on_intent({Intent::Kind::select_trace, files - 1});
    const Error broken =
        make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::string(500, 'w'));
    if (read) model->on_event({0, TraceRead{paths.back(), broken}}, kNow);
    all.push_back({std::move(name), std::move(model)});
  };
  add("ReplayEmpty", 0, false);
  add("Replay", 60, false);
  add("ReplayBroken", 3, true);
  return all;
}

// The picture of the machine: each state explained, and a login at its end.
std::vector<Scene> machine_scenes() {
  std::vector<Scene> all;
  const auto add = [&](std::string name, std::shared_ptr<AppModel> model, int state) {
    model->on_intent({Intent::Kind::show_developer, 0});
    model->on_intent({Intent::Kind::show_machine, 0});
    model->on_intent({Intent::Kind::select_state, state});
    all.push_back({std::move(name), std::move(model)});
  };
  add("MachineEmpty", std::make_shared<AppModel>(plain_facts()), 0);
  for (int s = 0; s < kLoginStateCount; ++s) {
    auto model = started(plain_facts());
    model->on_event({0, MachineMoved{transition(LoginState::cancelling, LoginEvent::final_error)}},
                    kNow);
    model->on_event({0, MachineMoved{transition(LoginState::polling, LoginEvent::slow_down)}},
                    kNow);
    add("MachineOf_" + std::string(name(static_cast<LoginState>(s))), model, s);
  }
  auto over = failed(plain_facts(), make_error(Blame::server, ErrorCode::oauth_error, Stage::token,
                                               std::string(300, 'x')));
  over->on_event({0, MachineMoved{transition(LoginState::polling, LoginEvent::final_error)}}, kNow);
  add("MachineOver", over, static_cast<int>(LoginState::finished));
  return all;
}

std::vector<Scene> message_scenes() {
  const std::string said(300, 'x');
  const auto server = [](std::string code) {
    Error error = make_error(Blame::server, ErrorCode::oauth_error, Stage::device_authorization,
                             "The server refused the request: " + code + ".");
    error.oauth_code = std::move(code);
    return error;
  };
  Error offline = make_error(Blame::network, ErrorCode::network, Stage::device_authorization,
                             "login.example.com was not found. Its name can't be resolved.");
  offline.reason = "dns";
  auto retrying = started(long_facts());
  retrying->on_event({1, StartRetried{offline, std::chrono::milliseconds(8000)}}, kNow);
  return {
      {"Connecting", started(long_facts())},
      {"Retrying", retrying},
      {"Denied", failed(plain_facts(), make_error(Blame::user, ErrorCode::access_denied,
                                                  Stage::token, "The person refused."))},
      {"Expired", failed(plain_facts(), make_error(Blame::user, ErrorCode::expired_token,
                                                   Stage::token, "The code expired."))},
      {"Offline", failed(long_facts(), offline)},
      {"Untrusted",
       failed(plain_facts(),
              make_error(Blame::network, ErrorCode::tls, Stage::discovery,
                         "The certificate of login.example.com is not trusted: self-signed."))},
      {"Misconfigured", failed(long_facts(), server("invalid_client"), said)},
      {"Refused", failed(plain_facts(), server("server_error"), said)},
  };
}

// A certificate that is not trusted, with everything that may be said of it.
std::shared_ptr<AppModel> with_certificate(const AppFacts& facts, CertificateProblem::Kind kind,
                                           const std::string& subject) {
  auto model = failed(facts, make_error(Blame::network, ErrorCode::tls, Stage::discovery,
                                        "The certificate is not trusted."));
  CertificateSeen seen;
  seen.host = facts.provider;
  seen.certificate.subject = subject;
  seen.certificate.issuer = "CN=An authority of the department,O=A very large organisation";
  for (const char* part : {"login", "sign-in", "accounts", "identity", "devices", "www"}) {
    seen.certificate.names.push_back(std::string(part) + ".another-organisation.example.com");
  }
  seen.certificate.not_before = WallTime(seconds(1795559350));
  seen.certificate.not_after = WallTime(seconds(1895559350));
  for (int i = 0; i < 32; ++i) seen.certificate.sha256 += i == 0 ? "D7" : ":D7";
  seen.problems.push_back({kind, subject, std::string(150, 'w')});
  seen.trust_file = "/home/living-room/.config/deviceflow/trusted/" + facts.provider + "_44300.pem";
  model->on_event({1, std::move(seen)}, kNow);
  return model;
}

std::vector<Scene> certificate_scenes() {
  using Kind = CertificateProblem::Kind;
  const std::string subject = "CN=login.example.com";
  auto trusted = with_certificate(long_facts(), Kind::untrusted_issuer, subject);
  trusted->on_intent({Intent::Kind::trust_certificate, 0});
  trusted->on_event({2, CertificateKept{"/home/tv/.config/deviceflow/trusted/" +
                                        long_facts().provider + "_44300.pem"}},
                    kNow);
  return {
      {"UntrustedIssuer", with_certificate(plain_facts(), Kind::untrusted_issuer, subject)},
      {"UntrustedIssuerWithEverythingLong",
       with_certificate(long_facts(), Kind::untrusted_issuer, "CN=" + std::string(190, 'w'))},
      {"UntrustedName", with_certificate(long_facts(), Kind::wrong_name, subject)},
      {"UntrustedOther", with_certificate(long_facts(), Kind::other, subject)},
      {"UntrustedExpired", with_certificate(plain_facts(), Kind::expired, subject)},
      {"Trusted", trusted},
  };
}

std::shared_ptr<AppModel> editor(std::string title, std::string hint, const std::string& text,
                                 bool secret) {
  auto model = std::make_shared<AppModel>(plain_facts());
  model->edit(EditTarget::exchange_search,
              {std::move(title), std::move(hint), Secret(text), secret});
  return model;
}

std::vector<Scene> editor_scenes() {
  auto shifted = editor("Client secret", "", "Geheim", true);
  const auto keys = screen_keys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].does != ScreenKey::Does::shift) continue;
    shifted->on_intent({Intent::Kind::press_key, static_cast<int>(i)});
  }
  auto typed = editor("Search", "", "", false);
  typed->type({std::nullopt, Secret("token"), false});
  return {
      {"Editor", editor("Client ID", "The ID under which the provider has registered this device.",
                        "my-tv", false)},
      {"EditorShifted", shifted},
      {"EditorTyped", typed},
      {"EditorWithEverythingLong",
       editor(std::string(200, 'w'), std::string(30, 'h') + " " + std::string(400, 'i'),
              "https://login.example.com/" + std::string(300, 'a'), false)},
      {"EditorLongSecret", editor("Client secret", "", std::string(300, 's'), true)},
  };
}

// The QR code as large as it gets, and beside it what a person has to see as well.
std::vector<Scene> enlarged_scenes() {
  const std::string uri = "https://login.example.com/device";
  std::vector<Scene> all{
      {"CodeLarge",
       with_codes(plain_facts(), codes("WDJB-MJHT", uri, uri + "?user_code=WDJB-MJHT"))},
      {"CodeLargeInItsLastMinute",
       with_codes(plain_facts(), lasting(codes("WDJB-MJHT", uri, ""), seconds(30)))},
      {"CodeLargeOfADay",
       with_codes(plain_facts(), lasting(codes("WDJB-MJHT", uri, ""), std::chrono::hours(24)))},
      {"CodeLargeWithEverythingLong",
       with_codes(long_facts(),
                  codes("WWWWWWWWWWWWWWW", "http://127.0.0.1:33409/" + std::string(177, 'd'), ""))},
      {"CodeLargeWithAnAddressNobodyCanType",
       with_codes(plain_facts(), codes("WDJB-MJHT", uri + "?x=" + std::string(9000, 'a'), uri))},
  };
  for (const Scene& scene : all) scene.model->on_intent({Intent::Kind::enlarge_qr, 0});
  return all;
}

std::vector<Scene> scenes() {
  AppFacts sandbox = plain_facts();
  sandbox.provider = "Sandbox";
  sandbox.sandbox = true;
  sandbox.lan_addresses = {"192.168.178.120", "10.200.100.101", "172.16.100.5"};
  auto picker = std::make_shared<AppModel>(sandbox);
  picker->on_intent({Intent::Kind::open_lan_picker, 0});
  const std::string uri = "https://login.example.com/device";
  const std::string long_uri = "https://login.example.com/" + std::string(60, 'a') + "/" +
                               std::string(80, 'b') + "/device" +
                               std::string(200 - 26 - 60 - 1 - 80 - 7, 'c');
  auto trouble = with_codes(plain_facts(), codes("WDJB-MJHT", uri, ""));
  PollReport report;
  report.result = PollReport::Result::retry;
  report.reason = "timeout";
  trouble->on_event({1, PollCame{report, std::chrono::milliseconds(20150)}}, kNow);
  auto waited =
      with_codes(plain_facts(),
                 codes("xKt4Rw", "https://localhost:9443/authenticationendpoint/device.do", ""));
  waited->on_event({1, PollCame{{}, seconds(5)}}, kNow + minutes(2));
  std::vector<Scene> all{
      {"Home", std::make_shared<AppModel>(plain_facts())},
      {"HomeLongNames", std::make_shared<AppModel>(long_facts())},
      {"HomeSandbox", std::make_shared<AppModel>(sandbox)},
      {"LanPicker", picker},
      {"Code", with_codes(plain_facts(), codes("WDJB-MJHT", uri, uri + "?user_code=WDJB-MJHT"))},
      {"CodeOfLettersAndDigits",
       with_codes(plain_facts(),
                  codes("xKt4Rw", "https://localhost:9443/authenticationendpoint/device.do", ""))},
      {"CodeOfFifteen",
       with_codes(long_facts(), codes("WWWWWWWWWWWWWWW", uri, uri + "?user_code=WWWWWWWWWWWWWWW"))},
      {"CodeInItsLastMinute",
       with_codes(long_facts(), lasting(codes("WDJB-MJHT", long_uri, ""), seconds(30)))},
      {"CodeOfADay",
       with_codes(long_facts(), lasting(codes("WDJB-MJHT", uri, ""), std::chrono::hours(24)))},
      {"CodeWithLongAddress", with_codes(long_facts(), codes("WWWWWWWWWWWWWWW", long_uri, ""))},
      {"CodeWithEverythingLong",
       with_codes(plain_facts(),
                  codes("WWWWWWWWWWWWWWW", "http://127.0.0.1:33409/" + std::string(177, 'd'), ""))},
      {"CodeWithAnAddressNobodyCanType",
       with_codes(long_facts(),
                  codes("WWWWWWWWWWWWWWW",
                        "https://login.example.com/device?x=" + std::string(9000, 'a'), ""))},
      {"CodeInTrouble", trouble},
      {"CodeAfterAMinute", waited},
      {"SignedIn", signed_in(plain_facts(), {"Ada Lovelace", "ada@example.com"}, "openid profile")},
      {"SignedInNotSaved", signed_in_and_not_saved()},
      {"SignedInUnnamed", signed_in(plain_facts(), {"", ""}, "")},
      {"SignedInLongNames",
       signed_in(long_facts(),
                 {"Wolfeschlegelsteinhausenbergerdorff Montgomery-Featherstonehaugh the Third",
                  "wolfeschlegelsteinhausenbergerdorff@a-very-large-organisation.example.com"},
                 "openid profile email offline_access https://api.example.com/very/long/scope.read "
                 "https://api.example.com/very/long/scope.write",
                 "address phone")},
      {"Approved", approved()},
      {"DeveloperEmpty", developer(0)},
      {"Developer", developer(3)},
      {"DeveloperFull", developer(60)},
      {"DeveloperDetail", detail(Intent::Kind::show_response)},
      {"DeveloperTimings", detail(Intent::Kind::show_timings)},
      {"DeveloperFound", searched("ERROR_description\": \"" + std::string(200, 'w'))},
      {"DeveloperNothingFound", searched("no such text")},
      {"DeveloperFolded", folded()},
      {"DeveloperSaved", saved()},
      {"TimelineEmpty", empty_timeline()},
      {"TokensNone", tokens(TokenScene::none)},
      {"Tokens", tokens(TokenScene::access)},
      {"TokensOfId", tokens(TokenScene::id)},
      {"TokensRefused", tokens(TokenScene::refused)},
      {"Timeline", timeline(false, 0)},
      {"TimelineCloseUp", timeline(false, 2)},
      {"TimelineOfHalfAnHour", timeline(true, 0)},
      {"TimelineOfHalfAnHourFromCloseBy", timeline(true, 10)},
  };
  for (Scene& scene : desk_scenes()) all.push_back(std::move(scene));
  for (Scene& scene : replay_scenes()) all.push_back(std::move(scene));
  for (Scene& scene : machine_scenes()) all.push_back(std::move(scene));
  for (Scene& scene : message_scenes()) all.push_back(std::move(scene));
  for (Scene& scene : certificate_scenes()) all.push_back(std::move(scene));
  for (Scene& scene : enlarged_scenes()) all.push_back(std::move(scene));
  for (Scene& scene : editor_scenes()) all.push_back(std::move(scene));
  for (Scene& scene : settings_scenes(plain_facts(), long_facts())) {
    all.push_back(std::move(scene));
  }
  return all;
}

}  // namespace

const std::vector<Scene>& scenes_in_every_language() {
  static const std::vector<Scene> all = [] {
    std::vector<Scene> made;
    for (const LanguageFile& file : language_files()) {
      language_now = language_of(file.code);
      for (Scene& scene : scenes()) {
        scene.name += "_" + std::string(file.code);
        made.push_back(std::move(scene));
      }
    }
    return made;
  }();
  return all;
}

}  // namespace deviceflow::demo
