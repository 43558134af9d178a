// The user's page: what a person sees, and what can't be done to them.
#include <gtest/gtest.h>

#include <random>

#include "foundation/json.hpp"
#include "sandbox/authorization_server.hpp"
#include "sandbox/crypto.hpp"
#include "sandbox/pages.hpp"

namespace deviceflow::sandbox {
namespace {

using std::chrono::seconds;

class SandboxPage : public testing::Test {
 protected:
  SandboxPage() : server_(settings(), std::move(*parse_scenario(kScenario, "test"))) {
    const Response codes = server_.handle(
        {"POST",
         "/device_authorization",
         {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
         "client_id=demo-tv&scope=profile+x%3Cb%3E",
         false},
        now_);
    user_code_ = parse_json(codes.body)->find("user_code")->as_string().value();
  }

  Response open(std::string_view query, std::string language = "") {
    Request request{"GET", "/device" + std::string(query), {}, "", true};
    if (!language.empty()) request.headers.emplace_back("Accept-Language", std::move(language));
    return server_.handle(request, now_);
  }
  Response open_code() { return open("?user_code=" + user_code_); }
  Response decide(std::string_view decision, std::string_view form_token,
                  std::string_view cookie_token) {
    Request request{"POST", "/device", {}, "", true};
    request.headers.emplace_back("Cookie", "a=b; sandbox_page=" + std::string(cookie_token));
    request.body = "user_code=" + user_code_ + "&user=Grace&decision=" + std::string(decision) +
                   "&page_token=" + std::string(form_token);
    return server_.handle(request, now_);
  }
  // As a browser would: with the token of the page just opened.
  Response press(std::string_view decision) {
    const std::string token = page_token(open_code());
    return decide(decision, token, token);
  }
  static std::string page_token(const Response& page) {
    const auto cookie = find_header(page.headers, "Set-Cookie").value_or("");
    const auto begin = cookie.find('=') + 1;
    return std::string(cookie.substr(begin, cookie.find(';') - begin));
  }
  static bool says(const Response& page, std::string_view words) {
    return page.body.find(words) != std::string::npos;
  }

  static constexpr std::string_view kScenario = R"({"expires_in":60,"interval":5})";
  static Settings settings() {
    Settings out;
    out.issuer = "http://127.0.0.1:8080";
    out.page_origin = "https://192.0.2.7:8080";
    out.sha256 = sha256;
    out.random_bytes = [random = std::mt19937(11)](std::size_t count) mutable {
      std::string bytes(count, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random() & 0xFF);
      return bytes;
    };
    return out;
  }

  AuthorizationServer server_;
  SteadyTime now_{};
  std::string user_code_;
};

TEST_F(SandboxPage, AsksForTheCodeWhereNoneWasGiven) {
  const Response page = open("");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(says(page, "name=\"user_code\""));
  EXPECT_TRUE(says(page, "Sandbox - nothing here is real"));
}

TEST_F(SandboxPage, ShowsWhoAsksForWhatAndTheCodeToCompare) {
  const Response page = open_code();
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(says(page, "Living-room TV"));
  EXPECT_TRUE(says(page, ">" + user_code_ + "<"));
  EXPECT_TRUE(says(page, "Continue only if your TV shows this same code."));
  EXPECT_TRUE(says(page, "If somebody sent you this code, stop."));
  EXPECT_TRUE(says(page, "see your name"));
  EXPECT_TRUE(says(page, "Sandbox - nothing here is real"));
}

TEST_F(SandboxPage, FollowsTheLanguageOfTheBrowser) {
  const Response german = open("?user_code=" + user_code_, "de-DE,de;q=0.9,en;q=0.8");
  EXPECT_TRUE(says(german, "<html lang=\"de\">"));
  EXPECT_TRUE(says(german, "Nur weiter, wenn Ihr Gerät denselben Code zeigt."));
  EXPECT_TRUE(says(german, "Living-room TV"));
  EXPECT_TRUE(says(german, ">Zustimmen<"));
  EXPECT_EQ(*find_header(german.headers, "Content-Language"), "de");
  EXPECT_EQ(*find_header(german.headers, "Vary"), "Accept-Language");
  const Response spanish = open("?user_code=ZZZZ-ZZZZ", "es");
  EXPECT_TRUE(says(spanish, "Ese código no se conoce aquí."));
  for (const Response* page : {&german, &spanish})
    EXPECT_FALSE(says(*page, "{app}") || says(*page, "{count}"));
}

TEST_F(SandboxPage, ForgivesCaseDashesAndSpaces) {
  std::string typed;
  for (const char c : user_code_) {
    typed += c == '-' ? std::string("+") : std::string(1, static_cast<char>(c | 0x20));
  }
  EXPECT_EQ(open("?user_code=" + typed).status, 200);
}

TEST_F(SandboxPage, EscapesWhatItEchoes) {
  const Response page = open("?user_code=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E");
  EXPECT_EQ(page.status, 400);
  EXPECT_FALSE(says(page, "<script"));
  EXPECT_TRUE(says(page, "&quot;&gt;&lt;script&gt;"));
  EXPECT_FALSE(says(open_code(), "x<b>"));
  EXPECT_TRUE(says(open_code(), "x&lt;b&gt;"));
}

TEST_F(SandboxPage, AsksAgainForAWrongCode) {
  const Response page = open("?user_code=ZZZZ-ZZZZ");
  EXPECT_EQ(page.status, 400);
  EXPECT_TRUE(says(page, "That code is not known here."));
  EXPECT_TRUE(says(page, "value=\"ZZZZ-ZZZZ\""));
}

TEST_F(SandboxPage, AsksAgainForAnExpiredCode) {
  const std::string token = page_token(open_code());
  now_ += seconds(60);
  EXPECT_TRUE(says(open_code(), "That code is no longer valid."));
  EXPECT_TRUE(says(decide("approve", token, token), "That code is no longer valid."));
}

TEST_F(SandboxPage, AsksAgainForAUsedCode) {
  press("approve");
  EXPECT_TRUE(says(open_code(), "That code has been used."));
}

TEST_F(SandboxPage, ApprovesAndSaysThatThePageCanBeClosed) {
  const Response page = press("approve");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(says(page, "as Grace"));
  EXPECT_TRUE(says(page, "You can close this page."));
  EXPECT_EQ(server_.decide(user_code_, Decision::deny, "", now_), DecisionResult::used_code);
}

TEST_F(SandboxPage, DeniesAndSaysSo) {
  const Response page = press("deny");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(says(page, "Not signed in"));
}

TEST_F(SandboxPage, DecidesNothingWithoutThePageToken) {
  const std::string token = page_token(open_code());
  std::string other = token;
  other.front() = other.front() == 'A' ? 'B' : 'A';
  EXPECT_EQ(decide("approve", "", token).status, 403);
  EXPECT_EQ(decide("approve", other, token).status, 403);
  EXPECT_EQ(decide("approve", token, "").status, 403);
  EXPECT_EQ(decide("approve", "", "").status, 403);
  EXPECT_EQ(server_.decide(user_code_, Decision::deny, "", now_), DecisionResult::done);
}

TEST_F(SandboxPage, APageTokenThatTheClientChoseDoesNotCount) {
  open_code();
  const std::string given = page_token(open_code());
  std::string swapped = given;
  std::swap(swapped.front(), swapped.back());
  for (const std::string& chosen :
       {std::string(43, 'A'), std::string(44, 'A'), std::string(given.size(), 'x'), swapped,
        given.substr(0, given.size() - 1), given + "A", given.substr(0, 22)}) {
    if (chosen == given) continue;
    EXPECT_EQ(decide("approve", chosen, chosen).status, 403) << chosen;
    Request request{"GET", "/device?user_code=" + user_code_, {}, "", true};
    request.headers.emplace_back("Cookie", "sandbox_page=" + chosen);
    const Response page = server_.handle(request, now_);
    EXPECT_EQ(page.body.find(chosen), std::string::npos) << chosen;
  }
  EXPECT_EQ(decide("approve", given, "x; sandbox_page=" + given).status, 200);
}

TEST_F(SandboxPage, APageTokenOfAnotherServerDoesNotCount) {
  Settings elsewhere = settings();
  elsewhere.random_bytes = [](std::size_t count) { return std::string(count, '\x2A'); };
  AuthorizationServer other(std::move(elsewhere), std::move(*parse_scenario(kScenario, "test")));
  std::swap(server_, other);
  const std::string own_code = user_code_;
  const Response codes = server_.handle(
      {"POST",
       "/device_authorization",
       {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
       "client_id=demo-tv",
       false},
      now_);
  user_code_ = parse_json(codes.body)->find("user_code")->as_string().value();
  const std::string token = page_token(open_code());
  std::swap(server_, other);
  user_code_ = own_code;
  EXPECT_EQ(decide("approve", token, token).status, 403);
}

TEST_F(SandboxPage, OneTokenCountsForTwoCodesOfOneBrowser) {
  const std::string token = page_token(open_code());
  Request request{"GET", "/device?user_code=" + user_code_, {}, "", true};
  request.headers.emplace_back("Cookie", "sandbox_page=" + token);
  EXPECT_EQ(page_token(server_.handle(request, now_)), token);
}

TEST_F(SandboxPage, IsOnlyThereUnderItsOwnName) {
  const auto status = [&](std::string_view host) {
    return server_.handle({"GET", "/device", {{"Host", std::string(host)}}, "", true}, now_).status;
  };
  EXPECT_EQ(status("192.0.2.7:8080"), 200);
  EXPECT_EQ(status("10.1.2.3"), 200);
  EXPECT_EQ(status("localhost:8080"), 200);
  EXPECT_EQ(status("attacker.example:8080"), 421);
  EXPECT_EQ(status("192.0.2.7.attacker.example"), 421);
  EXPECT_EQ(status("192.0.2.7@attacker.example"), 421);
  EXPECT_EQ(status("[::1"), 421);
  EXPECT_EQ(status(""), 421);
}

TEST(SandboxName, TheNameThatThePageHasCounts) {
  Settings settings;
  settings.issuer = "http://127.0.0.1:8080";
  settings.page_origin = "http://tv.attic.example:8080";
  settings.random_bytes = [](std::size_t count) { return std::string(count, '\x2A'); };
  AuthorizationServer server(std::move(settings), Scenario{});
  const auto status = [&](std::string_view host) {
    return server.handle({"GET", "/device", {{"Host", std::string(host)}}, "", true}, {}).status;
  };
  EXPECT_EQ(status("TV.attic.example"), 200);
  EXPECT_EQ(status("attic.example"), 421);
}

TEST_F(SandboxPage, AsksAgainWhereNeitherButtonWasPressed) {
  const std::string token = page_token(open_code());
  EXPECT_TRUE(says(decide("perhaps", token, token), "Who are you?"));
}

TEST_F(SandboxPage, MayNotBeFramedStoredOrScripted) {
  const Response page = open_code();
  const std::string_view policy = *find_header(page.headers, "Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string_view::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string_view::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
  EXPECT_EQ(*find_header(page.headers, "Cache-Control"), "no-store");
  EXPECT_EQ(*find_header(page.headers, "X-Frame-Options"), "DENY");
  EXPECT_EQ(*find_header(page.headers, "Referrer-Policy"), "no-referrer");
  const std::string_view cookie = *find_header(page.headers, "Set-Cookie");
  EXPECT_NE(cookie.find("HttpOnly; SameSite=Strict; Secure"), std::string_view::npos);
}

TEST(SandboxPages, SayWhatAScopeIsForInWords) {
  EXPECT_EQ(scope_in_words(page_words(""), "offline_access"), "stay signed in");
  EXPECT_EQ(scope_in_words(page_words(""), "x<b>"), "use &quot;x&lt;b&gt;&quot;");
  EXPECT_EQ(scope_in_words(page_words("de"), "profile"), "Ihren Namen sehen");
  EXPECT_EQ(scope_in_words(page_words("de"), "other"), "„other“ verwenden");
  EXPECT_EQ(scope_in_words(page_words("es"), "other"), "usar «other»");
}

TEST(SandboxPages, SpeakTheLanguageThatTheBrowserPrefers) {
  const auto language = [](std::string_view header) { return page_words(header).language; };
  EXPECT_EQ(language(""), "en");
  EXPECT_EQ(language("fr, ja;q=0.5"), "en");
  EXPECT_EQ(language("de-AT,de;q=0.9,en;q=0.8"), "de");
  EXPECT_EQ(language("fr-CH, es-MX;q=0.7, de;q=0.2, *;q=0.1"), "es");
  EXPECT_EQ(language("en;q=0.3, DE ; q=0.400"), "de");
  EXPECT_EQ(language("de;q=0"), "en");
  EXPECT_EQ(language("de;q=x, ,;,es;q=0.001"), "es");
}

}  // namespace
}  // namespace deviceflow::sandbox
