// What deviceflow replay reads, the login that it runs, and the archive that is made of its lines.
#include "common/trace.hpp"

#include "common/har.hpp"
#include "common/replay.hpp"
#include "foundation/json.hpp"
#include "fuzz.hpp"

namespace deviceflow::fuzz {
namespace {

using namespace demo;

void play(const TracedLogin& login) {
  if (!holds_login(login)) return;
  std::chrono::milliseconds last{0};
  const auto moment = [&](std::chrono::milliseconds at) {
    require(at >= last, "time never goes back");
    last = at;
  };
  ReplayEvents events;
  events.on_start = moment;
  events.on_prompt = [&](auto at, const DeviceAuthorization&) { moment(at); };
  events.on_poll = [&](auto at, const PollReport&, auto) { moment(at); };
  const Replayed replayed = replay(login, events);
  moment(replayed.at);
  require(replayed.unused <= login.exchanges.size(), "only what was recorded can be left");
  require(same_outcome(login, replayed).has_value() == login.outcome.has_value(),
          "an outcome is compared where there is one");
}

}  // namespace
}  // namespace deviceflow::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace deviceflow;
  std::string_view text = fuzz::text_of(data, size);
  const auto trace = demo::read_trace(text);
  if (!trace.ok()) {
    fuzz::require_clean(trace.error());
    return 0;
  }
  for (const demo::TracedLogin& login : trace->logins) fuzz::play(login);
  demo::HarWriter writer;
  std::string archive = writer.start();
  while (!text.empty()) {
    const auto [line, rest] = fuzz::split_line(text);
    text = rest;
    const auto parsed = parse_json(line);
    if (!parsed.ok()) continue;
    archive.resize(archive.size() - demo::HarWriter::kEnd.size());
    archive += writer.add(*parsed);
    fuzz::require(parse_json(archive).ok(), "an archive is whole after every exchange");
  }
  return 0;
}
