#include "worker.hpp"

#include <algorithm>
#include <utility>

namespace deviceflow::demo {

namespace {

// As long as a person would wait in front of a screen that says it is still trying.
constexpr std::chrono::minutes kStartDeadline{5};

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : " ") + name;
  return out;
}

SignedIn facts_of(const TokenSet& tokens, const std::string& requested, const Quirks& quirks) {
  SignedIn facts;
  facts.scope = clean_text(tokens.scope.value_or(requested));
  facts.missing_scope = joined(missing_scopes(requested, facts.scope));
  facts.expires_at = tokens.expires_at;
  facts.has_refresh_token = !tokens.refresh_token.empty();
  facts.quirks = quirks;
  return facts;
}

}  // namespace

Worker::Worker(Session session, Mailbox& mailbox, Output& output)
    : mailbox_(mailbox),
      output_(output),
      session_(std::move(session)),
      thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    jobs_.clear();
    if (running_ != nullptr) running_->cancel();
  }
  wake_.notify_one();
  thread_.join();
}

void Worker::start_sandbox(SandboxOptions options) {
  add([this, options = std::move(options)] { do_start_sandbox(options); });
}

void Worker::log_in(int number) {
  add([this, number] { do_log_in(number); }, number);
}

void Worker::introspect() {
  add([this] { do_introspect(); });
}

void Worker::forget_tokens() {
  add([this] { tokens_ = {}; });
}

void Worker::cancel() {
  const std::lock_guard lock(mutex_);
  std::erase_if(jobs_, [](const Queued& queued) { return queued.login != 0; });
  cancelled_ = true;
  if (running_ != nullptr) running_->cancel();
}

void Worker::add(Job job, int login) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(job), login});
  }
  wake_.notify_one();
}

void Worker::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) return;
    const Job job = std::move(jobs_.front().job);
    jobs_.pop_front();
    cancelled_ = false;
    lock.unlock();
    job();
  }
}

void Worker::do_start_sandbox(const SandboxOptions& options) {
  client_.reset();
  sandbox_.reset();
  auto child =
      SandboxChild::start(options, [this](std::string_view text) { output_.remark(text); });
  if (!child.ok()) {
    mailbox_.put({0, SandboxFailed{child.error()}});
    return;
  }
  sandbox_ = std::move(*child);
  use_sandbox(session_, *sandbox_);
  mailbox_.put({0, SandboxReady{sandbox_->lan_address()}});
}

Client& Worker::client() {
  if (!client_) {
    const OnExchange on_exchange = [this](const ExchangeRecord& record, const Redactor&) {
      ExchangeRecord copy;
      copy.stage = record.stage;
      copy.sent_at = record.sent_at;
      copy.sent_at_wall = record.sent_at_wall;
      copy.duration = record.duration;
      copy.request = record.request.copy();
      if (record.response) copy.response = record.response->copy();
      copy.failure = record.failure;
      mailbox_.put({0, ExchangeCame{std::move(copy)}});
    };
    client_ = make_client(session_, {}, on_exchange);
  }
  return *client_;
}

LoginOutcome Worker::log_in_once(int number, Client& client) {
  LoginRequest request;
  request.scope = session_.settings.scope.value_or("");
  request.extra = session_.settings.parameters;
  request.start_deadline = kStartDeadline;
  LoginEvents events;
  events.on_prompt = [this, number](const DeviceAuthorization& codes) {
    const SteadyTime now = clock_.steady_now();
    output_.prompt(codes, now);
    mailbox_.put({number, CodesCame{codes.copy(), now + codes.expires_in}});
  };
  events.on_poll = [this, number](const PollReport& report,
                                  std::optional<std::chrono::milliseconds> next_in) {
    output_.poll(report, next_in);
    if (sandbox_) sandbox_->relay();
    mailbox_.put({number, PollCame{report, next_in}});
  };
  events.on_start_retry = [this, number](const Error& error,
                                         std::optional<std::chrono::milliseconds> next_in) {
    mailbox_.put({number, StartRetried{error, next_in}});
  };
  return client.login(request, events);
}

void Worker::do_log_in(int number) {
  Client& client = this->client();
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || cancelled_) return;
    running_ = &client;
  }
  LoginOutcome outcome = log_in_once(number, client);
  const auto given_up = [this] {
    const std::lock_guard lock(mutex_);
    return cancelled_ || ending_;
  };
  // A cancel that came too late for the login before would end this one; nobody asked for that.
  if (!outcome.tokens.ok() && outcome.tokens.error().code == ErrorCode::cancelled && !given_up()) {
    outcome = log_in_once(number, client);
  }
  if (outcome.tokens.ok()) {
    tokens_ = std::move(*outcome.tokens);
    output_.tokens(tokens_, outcome.quirks);
    mailbox_.put({number, facts_of(tokens_, session_.settings.scope.value_or(""), outcome.quirks)});
    report_person(number, client);
  } else {
    output_.failure({outcome.tokens.error(), outcome.quirks, outcome.last_failure, Stop::none});
    mailbox_.put(
        {number, LoginFailed{outcome.tokens.error(), outcome.quirks, outcome.last_failure}});
  }
  {
    const std::lock_guard lock(mutex_);
    running_ = nullptr;
  }
  // Whoever tries again may have mended the server meanwhile: its metadata are read anew.
  if (!outcome.tokens.ok()) client_.reset();
}

// Where the provider has no UserInfo endpoint, or does not answer it, the person stays unnamed.
void Worker::report_person(int number, Client& client) {
  const auto info = client.userinfo(tokens_.access_token);
  if (!info.ok()) return;
  PersonKnown person;
  person.name = display_name(*info);
  for (const std::string_view member : {"email", "preferred_username"}) {
    const JsonValue* value = info->members.find(member);
    const auto text = value != nullptr ? value->as_string() : std::nullopt;
    if (!text || text->empty() || *text == person.name) continue;
    person.detail = clean_text(*text, 200);
    break;
  }
  mailbox_.put({number, std::move(person)});
}

void Worker::do_introspect() {
  const auto answer = ask();
  if (answer.ok()) {
    output_.introspection(*answer);
    mailbox_.put({0, IntrospectionCame{answer->active}});
  } else {
    output_.failure({answer.error(), {}, {}, Stop::none});
    mailbox_.put({0, IntrospectionCame{answer.error()}});
  }
}

Result<Introspection> Worker::ask() {
  auto who = introspection_credentials(session_);
  if (!who.ok()) return who.error();
  Client& client = this->client();
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return usage_error("The window is closing.");
    running_ = &client;
  }
  auto answer = client.introspect(tokens_.access_token, std::move(*who));
  const std::lock_guard lock(mutex_);
  running_ = nullptr;
  return answer;
}

}  // namespace deviceflow::demo
