#include <deviceflow/store.hpp>

#include "common/stop.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

// The one who names an endpoint wins: an option, the config file, metadata, the description.
KnownEndpoints settle_all(const CommandLine& line, const Session& session,
                          const Metadata& metadata) {
  KnownEndpoints known;
  known.issuer = session.settings.issuer;
  for (std::size_t i = 0; i < kEndpointNames.size(); ++i) {
    const auto member = kEndpointNames[i].member;
    const std::string& set = session.settings.endpoints.*member;
    const std::string& found = metadata.endpoints.*member;
    KnownEndpoint& endpoint = known.endpoints[i];
    if (!set.empty()) {
      endpoint = {set, (line.flags.endpoints.*member).empty() ? "config" : "flag"};
    } else if (!found.empty()) {
      endpoint = {found, "metadata"};
    } else if (session.provider && !(session.provider->endpoints.*member).empty()) {
      endpoint = {session.provider->endpoints.*member, "provider"};
    }
  }
  return known;
}

}  // namespace

ExitCode run_discover(const CommandLine& line, Output& output) {
  return with_settings(line, output, [&](const Session& session) -> Result<ExitCode> {
    if (session.settings.issuer.empty()) {
      if (!session.provider && !any_endpoint(session.settings.endpoints)) {
        return usage_error("Which provider? Give --provider, --issuer or --config.");
      }
      output.endpoints(settle_all(line, session, {}));  // it has no metadata
      return kDone;
    }
    deviceflow::Session provider(make_config(session), std::make_shared<MemoryStore>());
    const auto metadata = provider.discover(stop_cancel());
    if (!metadata.ok()) return metadata.error();
    KnownEndpoints known = settle_all(line, session, *metadata);
    known.quirks.add(metadata->quirks);
    if (!metadata->lists_device_grant()) known.quirks.add(Quirk::grant_not_listed);
    output.endpoints(known);
    return kDone;
  });
}

}  // namespace deviceflow::demo
