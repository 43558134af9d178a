// Saved traces, and what is told of one that is replayed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "model_logins.hpp"
#include "shell/save_exchanges.hpp"

namespace deviceflow::demo {
namespace {

namespace fs = std::filesystem;
using Kind = Intent::Kind;

const fs::path kTraces = DEVICEFLOW_SOURCE_DIR "/tests/traces";

fs::path some_trace() {
  for (const auto& entry : fs::directory_iterator(kTraces)) {
    if (entry.path().extension() == ".jsonl") return entry.path();
  }
  return {};
}

AppModel with_traces(std::vector<std::string> paths) {
  AppModel model(provider_facts());
  EXPECT_EQ(after_intent(model, Kind::show_replay), "list_traces 0");
  EXPECT_EQ(model.developer().page(), Page::replay);
  feed(model, TracesListed{std::move(paths)}, 0);
  return model;
}

TEST(ModelReplay, ATraceIsReadWhenItIsChosen) {
  AppModel model = with_traces({"/a/deviceflow-2.jsonl", "/a/deviceflow-1.jsonl"});
  model.on_intent({Kind::select_trace, 1});
  model.on_intent({Kind::select_trace, 2});
  EXPECT_EQ(model.developer().replay().selected(), 1U);
  const auto commands = model.on_intent({Kind::replay_trace, 1});
  ASSERT_EQ(words(commands), "read_trace 0");
  EXPECT_EQ(commands.front().path, "/a/deviceflow-1.jsonl");
  EXPECT_EQ(after_intent(model, Kind::replay_trace, 2), "");
  EXPECT_EQ(after_intent(model, Kind::replay_trace, -1), "");
}

TEST(ModelReplay, TheSelectionStaysOnItsFile) {
  AppModel model = with_traces({"/a/deviceflow-1.jsonl"});
  feed(model, TracesListed{{"/a/deviceflow-2.jsonl", "/a/deviceflow-1.jsonl"}}, 0);
  EXPECT_EQ(model.developer().replay().selected(), 1U);
  feed(model, TracesListed{{}}, 0);
  EXPECT_EQ(model.developer().replay().selected(), 0U);
}

TEST(ModelReplay, ARecordedLoginComesToItsOutcome) {
  const fs::path path = some_trace();
  ASSERT_FALSE(path.empty());
  AppModel model = with_traces({path.string()});
  feed(model, TraceRead{path.string(), read_saved_trace(path.string())}, 0);
  const std::string shown = plain_text(model.developer().replay().lines());
  EXPECT_NE(shown.find("Asks for codes."), std::string::npos) << shown;
  EXPECT_NE(shown.find("The same outcome as recorded."), std::string::npos) << shown;
  EXPECT_NE(shown.find("device_authorization: 200"), std::string::npos) << shown;
}

TEST(ModelReplay, ABrokenFileSaysWhatIsWrongWithIt) {
  AppModel model = with_traces({"/a/deviceflow-1.jsonl"});
  feed(model, TraceRead{"/a/deviceflow-1.jsonl", read_trace("{\"stage\":1}\n{}\n")}, 0);
  const auto& lines = model.developer().replay().lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines.front().front().ink, Ink::bad);
  EXPECT_NE(plain_text(lines).find("1"), std::string::npos);
  feed(model, TraceRead{"/a/deviceflow-1.jsonl", read_trace("")}, 0);
  EXPECT_NE(plain_text(model.developer().replay().lines()).find("no sign-in"), std::string::npos);
  feed(model, TraceRead{"/nowhere", read_saved_trace("/nowhere")}, 0);
  EXPECT_NE(plain_text(model.developer().replay().lines()).find("/nowhere"), std::string::npos);
}

TEST(ModelReplay, SavedTracesAreFoundTheNewestFirst) {
  const fs::path folder = fs::temp_directory_path() / ("replay-" + std::to_string(getpid()));
  fs::create_directories(folder);
  const fs::path before = fs::current_path();
  fs::current_path(folder);
  for (const char* file : {"deviceflow-1.jsonl", "deviceflow-2.jsonl", "other.jsonl"}) {
    std::ofstream(file) << "\n";
  }
  fs::last_write_time("deviceflow-2.jsonl",
                      fs::last_write_time("deviceflow-1.jsonl") - std::chrono::hours(1));
  const auto paths = saved_traces();
  fs::current_path(before);
  fs::remove_all(folder);
  ASSERT_EQ(paths.size(), 2U);
  EXPECT_TRUE(paths[0].ends_with("deviceflow-1.jsonl"));
}

}  // namespace
}  // namespace deviceflow::demo
