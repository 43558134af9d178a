#include "common/stop.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

KnownEndpoint settle(const std::string& flag, const std::string& metadata,
                     const std::string& config, const std::string& provider) {
  if (!flag.empty()) return {flag, "flag"};
  if (!metadata.empty()) return {metadata, "metadata"};
  if (!config.empty()) return {config, config == provider ? "provider" : "config"};
  return {};
}

KnownEndpoints settle_all(const Session& session, const Metadata& metadata) {
  KnownEndpoints known;
  known.issuer = session.settings.issuer;
  for (std::size_t i = 0; i < kEndpointNames.size(); ++i) {
    const auto member = kEndpointNames[i].member;
    const std::string provider = session.provider ? session.provider->endpoints.*member : "";
    known.endpoints[i] = settle(session.settings.endpoints.*member, metadata.endpoints.*member,
                                session.config_endpoints.*member, provider);
  }
  return known;
}

}  // namespace

ExitCode run_discover(const CommandLine& line, Output& output) {
  return with_settings(line, output, [&](const Session& session) -> Result<ExitCode> {
    if (session.settings.issuer.empty()) {
      if (!session.provider) {
        return usage_error("Which provider? Give --provider, --issuer or --config.");
      }
      output.endpoints(settle_all(session, {}));  // it has no metadata
      return kDone;
    }
    const auto client = make_client(session, {});
    const StopsClient stops(*client);
    const auto metadata = client->discover();
    if (!metadata.ok()) return metadata.error();
    KnownEndpoints known = settle_all(session, *metadata);
    if (!metadata->lists_device_grant()) known.quirks.add(Quirk::grant_not_listed);
    output.endpoints(known);
    return kDone;
  });
}

}  // namespace deviceflow::demo
