#include "stop.hpp"

#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <deviceflow/client.hpp>
#include <deviceflow/session.hpp>

#include "doctor.hpp"

namespace deviceflow::demo {

namespace {

// Signal handlers can only reach what is global.
std::atomic<Stop> reason_now{Stop::none};
std::atomic<Client*> client_now{nullptr};
std::atomic<deviceflow::Session*> session_now{nullptr};
std::atomic<Doctor*> doctor_now{nullptr};
const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
static_assert(std::atomic<Stop>::is_always_lock_free);
static_assert(std::atomic<Client*>::is_always_lock_free);
static_assert(std::atomic<deviceflow::Session*>::is_always_lock_free);
static_assert(std::atomic<Doctor*>::is_always_lock_free);

void on_signal(int number) {
  const int saved = errno;
  request_stop(number == SIGALRM ? Stop::timed_out : Stop::interrupted);
  errno = saved;
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void watch_signals() {
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
  handle(SIGPIPE, SIG_IGN);
}

void watch_time(std::chrono::milliseconds after) {
  handle(SIGALRM, on_signal);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  timer_t timer{};
  // This clock counts the time the machine sleeps, as the life of a code does.
  if (timer_create(CLOCK_BOOTTIME, &event, &timer) != 0) return;
  itimerspec when{};
  when.it_value.tv_sec = after.count() / 1000;
  when.it_value.tv_nsec = after.count() % 1000 * 1000000;
  timer_settime(timer, 0, &when, nullptr);
}

void request_stop(Stop reason) noexcept {
  Stop expected = Stop::none;
  reason_now.compare_exchange_strong(expected, reason);
  const std::uint64_t one = 1;
  const ssize_t written = write(descriptor, &one, sizeof one);
  static_cast<void>(written);  // can only fail where the descriptor is readable already
  if (Client* client = client_now.load()) client->cancel();
  if (deviceflow::Session* session = session_now.load()) session->cancel();
  if (Doctor* doctor = doctor_now.load()) doctor->cancel();
}

Stop stop_reason() noexcept {
  return reason_now.load();
}

int stop_descriptor() noexcept {
  return descriptor;
}

StopsClient::StopsClient(Client& client) {
  client_now.store(&client);
  // The stop may have come before there was anything to pass it on to.
  if (stop_reason() != Stop::none) client.cancel();
}

StopsClient::StopsClient(deviceflow::Session& session) {
  session_now.store(&session);
  if (stop_reason() != Stop::none) session.cancel();
}

StopsClient::StopsClient(Doctor& doctor) {
  doctor_now.store(&doctor);
  if (stop_reason() != Stop::none) doctor.cancel();
}

StopsClient::~StopsClient() {
  client_now.store(nullptr);
  session_now.store(nullptr);
  doctor_now.store(nullptr);
}

}  // namespace deviceflow::demo
