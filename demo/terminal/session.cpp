#include "session.hpp"

#include <cstdlib>

#include "config_file.hpp"
#include "countdown.hpp"
#include "files.hpp"
#include "stop.hpp"

namespace deviceflow::terminal {

namespace {

constexpr const char* kSecretVariable = "DEVICEFLOW_CLIENT_SECRET";

Result<Secret> find_client_secret(const ProviderSettings& settings) {
  if (!settings.client_secret_file.empty()) {
    return read_secret_file("client secret file", settings.client_secret_file);
  }
  const char* text = std::getenv(kSecretVariable);
  // Without a client ID there is no client that the secret could belong to.
  if (text == nullptr || settings.client_id.empty()) return Secret();
  return Secret(without_newline(text));
}

// A client that uses no endpoint but `endpoints` and what the metadata say.
std::unique_ptr<Client> client_of(const Session& session, const Endpoints& endpoints,
                                  ClientPorts ports) {
  const ProviderSettings& settings = session.settings;
  ClientConfig config;
  config.issuer = settings.issuer;
  config.endpoints = endpoints;
  config.client_id = settings.client_id;
  config.client_secret = session.client_secret.copy();
  config.client_auth = settings.client_auth;
  config.profile = session.profile;
  config.ca_file = settings.ca_file;
  config.dangerous_allow_http = settings.dangerous_allow_http;
  if (TraceFile* trace = session.trace.get()) {
    config.on_exchange = [trace](const ExchangeRecord& record, const Redactor& redactor) {
      trace->append(record, redactor);
    };
  }
  return std::make_unique<Client>(std::move(config), ports);
}

std::string timeout_words(const Session* session) {
  std::string time = "the time";
  if (session != nullptr && session->settings.timeout) {
    const auto milliseconds = session->settings.timeout->count();
    const std::string part = milliseconds % 1000 == 0 ? "" : "a little over ";
    time = part + duration_words(std::chrono::seconds(milliseconds / 1000));
  }
  return "It took longer than " + time + ", which is what --timeout allows.";
}

}  // namespace

Result<Session> open_session(const CommandLine& line, Output& output) {
  Session session;
  session.settings = line.flags;
  if (!line.config_file.empty()) {
    auto config = read_config_file(line.config_file);
    if (!config.ok()) return config.error();
    session.config_endpoints = config->endpoints;
    session.settings = overlay(std::move(*config), line.flags);
    session.settings.endpoints = line.flags.endpoints;
  }
  if (session.settings.timeout) watch_time(*session.settings.timeout);
  const auto trusted = check_ca_file(session.settings.ca_file);
  if (!trusted.ok()) return trusted.error();
  auto secret = find_client_secret(session.settings);
  if (!secret.ok()) return secret.error();
  session.client_secret = std::move(*secret);
  if (!line.trace_file.empty()) {
    const auto secrets = line.trace_secrets ? TraceSecrets::keep : TraceSecrets::redact;
    auto trace = TraceFile::open(line.trace_file, secrets);
    if (!trace.ok()) return trace.error();
    session.trace = std::move(*trace);
    if (line.trace_secrets) {
      output.remark("The trace " + line.trace_file +
                    " holds secrets. Whoever reads it can use the tokens; delete it afterwards.");
    }
  }
  return session;
}

Result<std::unique_ptr<Client>> make_client(const Session& session, ClientPorts ports) {
  Endpoints endpoints = session.settings.endpoints;
  if (session.settings.issuer.empty()) {
    for (const EndpointName& name : kEndpointNames) {
      if ((endpoints.*name.member).empty()) {
        endpoints.*name.member = session.config_endpoints.*name.member;
      }
    }
    return client_of(session, endpoints, ports);
  }
  auto client = client_of(session, endpoints, ports);
  if (!any_endpoint(session.config_endpoints)) return client;
  const StopsClient stops(*client);
  const auto metadata = client->discover();
  if (!metadata.ok()) return metadata.error();
  bool complete = true;
  for (const EndpointName& name : kEndpointNames) {
    const bool known = !(metadata->endpoints.*name.member).empty();
    if (known || !(endpoints.*name.member).empty()) continue;
    endpoints.*name.member = session.config_endpoints.*name.member;
    complete = complete && (endpoints.*name.member).empty();
  }
  if (complete) return client;
  return client_of(session, endpoints, ports);
}

std::unique_ptr<Client> make_discovering_client(const Session& session) {
  return client_of(session, session.settings.endpoints, {});
}

ExitCode report_failure(Output& output, const Session* session, Failure failure, bool prompted) {
  if (failure.error.code == ErrorCode::cancelled) failure.stop = stop_reason();
  if (failure.stop == Stop::timed_out) {
    failure.error.code = ErrorCode::timeout;
    failure.error.blame = Blame::network;
    failure.error.message = timeout_words(session);
  }
  if (failure.stop != Stop::output_closed) output.failure(failure);
  if (failure.stop != Stop::none) return exit_code_for(failure.stop, prompted);
  return exit_code_for(failure.error, prompted);
}

ExitCode finish(Output& output, const Session& session, ExitCode code) {
  if (!session.trace || !session.trace->failed()) return code;
  output.remark("The trace is not complete: its file could not be written.");
  return code == kDone ? kUsage : code;
}

}  // namespace deviceflow::terminal
