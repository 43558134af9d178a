#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <deviceflow/http.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/har.hpp"
#include "common/trace.hpp"
#include "common/trace_file.hpp"
#include "foundation/json.hpp"
#include "traced.hpp"

namespace deviceflow::demo {
namespace {

using namespace test;

const JsonValue& at(const JsonValue& value, std::string_view key) {
  static const JsonValue none;
  const JsonValue* found = value.find(key);
  EXPECT_NE(found, nullptr) << key;
  return found != nullptr ? *found : none;
}

JsonValue archive(std::initializer_list<std::string> lines) {
  HarWriter writer;
  std::string text = writer.start();
  for (const std::string& line : lines) {
    text.resize(text.size() - HarWriter::kEnd.size());
    text += writer.add(*parse_json(line));
  }
  return std::move(*parse_json(text));
}

using K = JsonValue::Kind;

// The members that HAR 1.2 wants, with their kinds.
void expect_members(const JsonValue& object,
                    std::initializer_list<std::pair<const char*, K>> members) {
  for (const auto& [key, kind] : members) EXPECT_TRUE(at(object, key).is(kind)) << key;
}

void expect_valid(const JsonValue& har) {
  const JsonValue& log = at(har, "log");
  expect_members(log, {{"version", K::string}, {"creator", K::object}, {"entries", K::array}});
  EXPECT_EQ(at(log, "version").as_string(), "1.2");
  expect_members(at(log, "creator"), {{"name", K::string}, {"version", K::string}});
  for (const JsonValue& entry : at(log, "entries").items()) {
    expect_members(entry, {{"startedDateTime", K::string},
                           {"time", K::integer},
                           {"request", K::object},
                           {"response", K::object},
                           {"cache", K::object},
                           {"timings", K::object}});
    expect_members(at(entry, "request"), {{"method", K::string},
                                          {"url", K::string},
                                          {"httpVersion", K::string},
                                          {"cookies", K::array},
                                          {"headers", K::array},
                                          {"queryString", K::array},
                                          {"headersSize", K::integer},
                                          {"bodySize", K::integer}});
    const JsonValue& response = at(entry, "response");
    expect_members(response, {{"status", K::integer},
                              {"statusText", K::string},
                              {"httpVersion", K::string},
                              {"cookies", K::array},
                              {"headers", K::array},
                              {"content", K::object},
                              {"redirectURL", K::string},
                              {"headersSize", K::integer},
                              {"bodySize", K::integer}});
    expect_members(at(response, "content"), {{"size", K::integer}, {"mimeType", K::string}});
    expect_members(at(entry, "timings"),
                   {{"send", K::integer}, {"wait", K::integer}, {"receive", K::integer}});
  }
}

TEST(Har, HoldsEveryMemberThatTheFormatWants) {
  expect_valid(archive({}));
  expect_valid(archive({codes_line(), poll_line(6250, "slow_down"),
                        exchange_line("token", 12000, 5, failure_json("timeout", false)),
                        exchange_line("token", 20000, 5, response_json(200, "\"\""))}));
}

TEST(Har, PlacesEveryExchangeOnTheWallClock) {
  const JsonValue har = archive({codes_line(), poll_line(6250, "slow_down")});
  const auto& entries = at(at(har, "log"), "entries").items();
  EXPECT_EQ(at(entries[0], "startedDateTime").as_string(), "2025-06-15T15:06:40.000Z");
  EXPECT_EQ(at(entries[1], "startedDateTime").as_string(), "2025-06-15T15:06:45.250Z");
  EXPECT_EQ(at(entries[1], "time").as_integer(), 100);
}

TEST(Har, TellsRequestsAndAnswers) {
  const JsonValue har = archive({poll_line(6250, "slow_down")});
  const JsonValue& entry = at(at(har, "log"), "entries").items()[0];
  const JsonValue& request = at(entry, "request");
  EXPECT_EQ(at(request, "url").as_string(), "https://id.example.com/token?a=b%20c");
  EXPECT_EQ(to_json(at(request, "queryString")), R"([{"name":"a","value":"b c"}])");
  EXPECT_EQ(to_json(at(at(request, "postData"), "params")),
            R"([{"name":"client_id","value":"tv"},{"name":"resource","value":"x"},)"
            R"({"name":"resource","value":"y"}])");
  const JsonValue& response = at(entry, "response");
  EXPECT_EQ(at(response, "status").as_integer(), 400);
  EXPECT_EQ(at(at(response, "content"), "text").as_string(), R"({"error":"slow_down"})");
  EXPECT_EQ(at(at(response, "content"), "mimeType").as_string(), "application/json");
}

TEST(Har, AFailureHasStatus0AndItsReason) {
  const JsonValue har = archive({exchange_line("token", 12000, 5, failure_json("timeout", false))});
  const JsonValue& entry = at(at(har, "log"), "entries").items()[0];
  EXPECT_EQ(at(at(entry, "response"), "status").as_integer(), 0);
  EXPECT_EQ(at(entry, "comment").as_string(), "token, timeout: It failed.");
}

class HarFile : public testing::Test {
 protected:
  HarFile() { std::filesystem::create_directory(folder_); }
  ~HarFile() override { std::filesystem::remove_all(folder_); }

  std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      ("deviceflow-har-" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) + "-" +
       testing::UnitTest::GetInstance()->current_test_info()->name());
};

ExchangeRecord poll_record() {
  ExchangeRecord record;
  record.request.method = Method::post;
  record.request.url = "https://id.example.com/token";
  record.request.body = Secret("device_code=device-code-sentinel");
  record.response.emplace();
  record.response->status = 200;
  record.response->body = Secret(R"({"access_token":"access-token-sentinel"})");
  return record;
}

TEST_F(HarFile, ATraceWhoseNameEndsInHarIsOneAndTakesThePlaceOfTheOldOne) {
  const std::string path = folder_ / "trace.har";
  std::ofstream(path) << std::string(100000, 'x');
  {
    const auto trace = TraceFile::open(path, TraceSecrets::redact);
    ASSERT_TRUE(trace.ok());
    for (std::size_t exchanges = 0; exchanges < 3; ++exchanges) {
      const std::string text = text_of(path);
      const auto har = parse_json(text);
      ASSERT_TRUE(har.ok()) << text;  // a kill loses nothing
      expect_valid(*har);
      EXPECT_EQ(at(at(*har, "log"), "entries").items().size(), exchanges);
      EXPECT_EQ(text.find("sentinel"), std::string::npos);
      (*trace)->append(poll_record(), Redactor());
    }
    EXPECT_FALSE((*trace)->failed());
  }
  EXPECT_TRUE(parse_json(text_of(path)).ok());
}

// A disk that is full, as a limit on the size of files.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit low{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &low);
    handler_ = signal(SIGXFSZ, SIG_IGN);
  }
  ~FileLimit() {
    signal(SIGXFSZ, handler_);
    setrlimit(RLIMIT_FSIZE, &before_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(HarFile, AFullDiskLeavesTheExchangesBeforeIt) {
  for (const char* name : {"trace.har", "trace.jsonl"}) {
    const std::string path = folder_ / name;
    const auto trace = TraceFile::open(path, TraceSecrets::redact);
    (*trace)->append(poll_record(), Redactor());
    const std::string whole = text_of(path);
    {
      const FileLimit limit(whole.size() + 40);
      (*trace)->append(poll_record(), Redactor());
      EXPECT_TRUE((*trace)->failed());
    }
    (*trace)->append(poll_record(), Redactor());
    const std::string text = text_of(path);
    if (text.ends_with(HarWriter::kEnd)) {
      EXPECT_EQ(text, whole);
    } else {
      const auto read = read_trace(text);
      ASSERT_TRUE(read.ok()) << read.error().message;
      EXPECT_TRUE(read->cut_off);
      EXPECT_EQ(read->logins.at(0).exchanges.size(), 1u);
    }
  }
}

TEST_F(HarFile, EveryOtherNameGetsLinesWithTheOutcomeAtTheEnd) {
  const std::string path = folder_ / "trace.jsonl";
  for (int round = 0; round < 2; ++round) {
    const auto trace = TraceFile::open(path, TraceSecrets::redact);
    (*trace)->append(poll_record(), Redactor());
    (*trace)->end_login({TokenSet(), {}, {}}, SteadyTime(std::chrono::milliseconds(5)), "sandbox");
  }
  const std::string text = text_of(path);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  const std::string end =
      R"({"outcome":{"at_ms":5,"code":"tokens","quirks":[],"profile":"sandbox"}})"
      "\n";
  EXPECT_EQ(text.substr(text.size() - end.size()), end);
}

}  // namespace
}  // namespace deviceflow::demo
