#include "stoppable_keyring.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <thread>

#include "stop.hpp"

namespace deviceflow::demo {

namespace {

// Open until both sides have let go of it.
struct Bell {
  int descriptor = eventfd(0, EFD_CLOEXEC);
  ~Bell() { close(descriptor); }
};

// One call's question and answer, which may outlive the caller.
struct Call {
  std::shared_ptr<KeySource> keys;
  Secret key;
  std::optional<Result<std::optional<Secret>>> found;
  std::optional<Result<void>> kept;
};

Error stopped() {
  return make_error(Blame::user, ErrorCode::cancelled, Stage::store,
                    "Cancelled while the desktop's keyring was asked.");
}

}  // namespace

bool run_until_stopped(std::function<void()> work) {
  const auto bell = std::make_shared<Bell>();
  std::thread thread([bell, work = std::move(work)] {
    work();
    const std::uint64_t one = 1;
    const ssize_t written = write(bell->descriptor, &one, sizeof one);
    static_cast<void>(written);  // an eventfd takes it
  });
  pollfd fds[] = {{bell->descriptor, POLLIN, 0}, {stop_descriptor(), POLLIN, 0}};
  while (poll(fds, 2, -1) < 0) {  // interrupted by the signal that asks for the stop
  }
  if (fds[0].revents == 0) {
    thread.detach();
    return false;
  }
  thread.join();
  return true;
}

StoppableKeyring::StoppableKeyring(Keyring::Prompt prompt)
    : inner_(std::make_shared<Keyring>(prompt)) {}

StoppableKeyring::~StoppableKeyring() = default;

Result<std::optional<Secret>> StoppableKeyring::find() {
  const auto call = std::make_shared<Call>();
  call->keys = inner_;
  if (!run_until_stopped([call] { call->found = call->keys->find(); })) return stopped();
  return std::move(*call->found);
}

Result<void> StoppableKeyring::keep(const Secret& key) {
  const auto call = std::make_shared<Call>();
  call->keys = inner_;
  call->key = key;
  if (!run_until_stopped([call] { call->kept = call->keys->keep(call->key); })) return stopped();
  return std::move(*call->kept);
}

std::string StoppableKeyring::place() const {
  return inner_->place();
}

}  // namespace deviceflow::demo
