// Each setting below belongs to a row of the HTTP rules in sdk/docs/architecture.md.
#include <deviceflow/limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <deviceflow/platform.hpp>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "adapters/cancel.hpp"
#include "adapters/curl_failure.hpp"
#include "foundation/response_headers.hpp"
#include "foundation/url.hpp"

namespace deviceflow {

using std::chrono::milliseconds;

// Not unnamed: CurlNetwork::Impl holds what is in here.
namespace transfers {

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::strchr(" \t\r\n", text.front()) != nullptr) text.remove_prefix(1);
  while (!text.empty() && std::strchr(" \t\r\n", text.back()) != nullptr) text.remove_suffix(1);
  return text;
}

bool breaks_line(std::string_view text) {
  return text.find_first_of("\r\n") != std::string_view::npos;
}

struct Slist {
  curl_slist* list = nullptr;
  Slist() = default;
  Slist(const Slist&) = delete;
  Slist& operator=(const Slist&) = delete;
  ~Slist() {
    // libcurl copies the lines; ours held credentials.
    for (curl_slist* at = list; at != nullptr; at = at->next) wipe(at->data, std::strlen(at->data));
    curl_slist_free_all(list);
  }
  void add(const Secret& line) {
    Secret terminated = line;
    terminated.append(std::string_view("\0", 1));
    list = curl_slist_append(list, terminated.reveal().data());
  }
};

// One exchange while it runs: what is still to be sent, and what has arrived.
struct Exchanging {
  std::string_view to_send;
  static constexpr std::size_t max_body = DEVICEFLOW_MAX_ANSWER_BYTES;
  static constexpr std::size_t max_headers = DEVICEFLOW_MAX_HEADER_BYTES;
  std::size_t header_bytes = 0;
  bool too_large = false;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  std::optional<std::chrono::microseconds> answered_after;  // the first byte of the answer
  bool headers_complete = false;  // libcurl takes a connection that ends in them for a good end
  HttpResponse response;

  static std::size_t on_read(char* to, std::size_t size, std::size_t count, void* self) {
    auto& rest = static_cast<Exchanging*>(self)->to_send;
    const std::size_t n = std::min(size * count, rest.size());
    std::memcpy(to, rest.data(), n);
    rest.remove_prefix(n);
    return n;
  }

  static std::size_t on_body(char* from, std::size_t size, std::size_t count, void* self) {
    auto& ex = *static_cast<Exchanging*>(self);
    const std::size_t n = size * count;
    if (n > ex.max_body - ex.response.body.size()) {
      ex.too_large = true;
      return n == 0 ? 1 : 0;  // anything but n ends the transfer
    }
    ex.response.body.append({from, n});
    return n;
  }

  static std::size_t on_header(char* from, std::size_t size, std::size_t count, void* self) {
    auto& ex = *static_cast<Exchanging*>(self);
    const std::size_t n = size * count;
    if (ex.header_bytes == 0) {
      ex.answered_after = std::chrono::duration_cast<std::chrono::microseconds>(
          std::chrono::steady_clock::now() - ex.began);
    }
    ex.header_bytes += n;
    if (ex.header_bytes > ex.max_headers) {
      ex.too_large = true;
      return n == 0 ? 1 : 0;
    }
    const std::string_view line(from, n);
    if (line.substr(0, 5) == "HTTP/") {  // the start, also after an interim answer
      ex.response.headers.clear();
      ex.headers_complete = false;
    }
    if (trim(line).empty()) ex.headers_complete = true;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return n;
    const ResponseHeader* header = find_response_header(line.substr(0, colon));
    if (header != nullptr) {
      ex.response.headers.push_back(
          {std::string(header->name), Secret(trim(line.substr(colon + 1)))});
    }
    return n;
  }
};

// libcurl tells when each phase ended, from the start on; zero for one that did not happen. When
// the answer began it says wrongly: for a POST that is when its body went out.
PhaseTimes phases_of(CURL* easy, bool new_connection,
                     std::optional<std::chrono::microseconds> answered_after) {
  using std::chrono::microseconds;
  const auto ended = [&](CURLINFO what) {
    curl_off_t us = 0;
    curl_easy_getinfo(easy, what, &us);
    return microseconds(us);
  };
  const microseconds total = ended(CURLINFO_TOTAL_TIME_T);
  microseconds done{0};
  const auto until = [&](microseconds end) {
    const auto before = std::exchange(done, std::clamp(end, done, std::max(done, total)));
    return done - before;
  };
  PhaseTimes phases;
  if (new_connection) {
    phases.queue = until(ended(CURLINFO_NAMELOOKUP_TIME_T));
    phases.connect = until(ended(CURLINFO_CONNECT_TIME_T));
    phases.tls = until(ended(CURLINFO_APPCONNECT_TIME_T));
  } else {
    phases.queue = until(ended(CURLINFO_PRETRANSFER_TIME_T));
  }
  phases.wait = until(answered_after.value_or(total));
  phases.receive = until(total);
  return phases;
}

// Whether a line of the file holds `mark`; empty where the file can't be read.
std::optional<bool> holds(const std::string& file, std::string_view mark) {
  std::ifstream in(file);
  if (!in) return std::nullopt;
  bool found = false;
  for (std::string line; std::getline(in, line); wipe(line.data(), line.size())) {
    found = found || line.find(mark) != std::string::npos;
  }
  return found;
}

// Why a certificate of the client's, or its key, could not be used: libcurl says little of use.
void explain_certificate(const CurlOptions& options, TransportFailure& out) {
  const std::string& cert = options.client_cert_file;
  const std::string& key = options.client_key_file.empty() ? cert : options.client_key_file;
  const auto is_certificate = holds(cert, "BEGIN CERTIFICATE");
  const auto is_key = holds(key, "PRIVATE KEY-----");
  if (!is_certificate || !is_key) {
    out.message = "The file " + (is_certificate ? key : cert) + " can't be read.";
  } else if (holds(key, "ENCRYPTED").value_or(false)) {
    out.message = "The private key in " + key +
                  " is encrypted, and nobody is there to type the password. Decrypt it (openssl "
                  "pkey) and guard the file by its permissions.";
  } else if (!*is_certificate) {
    out.message = "The file " + cert + " holds no certificate in PEM.";
  } else if (!*is_key) {
    out.message = "The file " + key + " holds no private key in PEM.";
  } else {
    out.message = "The private key in " + key + " does not belong to the certificate in " + cert +
                  ", or one of them is damaged.";
  }
  const bool at_certificate = !is_certificate.value_or(false);
  out.details.setting =
      at_certificate || options.client_key_file.empty() ? "client_cert_file" : "client_key_file";
  out.details.file = at_certificate ? cert : key;
}

// Small responses gain nothing from newer codings, and each is one more decoder to attack.
const char* accepted_codings() {
  const bool zlib = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_LIBZ) != 0;
  return zlib ? "gzip, deflate" : "identity";
}

// Puts what a body holds, and what has arrived, beside the handle that works on it.
class Transfer {
 public:
  Transfer(std::uint64_t number, HttpRequest what)
      : ticket(number), request(std::move(what)), host(host_of(request.url)) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// False for a header that holds a line break.
  bool add_headers(const CurlOptions& options);
  void configure(CURL* handle, const CurlOptions& options);
  /// What came of it.
  TransportResult result(CURLcode code, const CurlOptions& options);
  bool nothing_sent() const { return easy == nullptr || number(CURLINFO_REQUEST_SIZE) == 0; }

  const std::uint64_t ticket;
  HttpRequest request;
  const std::string host;  // and its port
  CURL* easy = nullptr;

 private:
  static std::string host_of(const std::string& url) {
    const auto parsed = parse_url(url);
    return parsed.ok() ? parsed->host + ":" + std::to_string(parsed->effective_port()) : url;
  }
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy, option, value);
  }
  long number(CURLINFO what) const {
    long out = 0;
    curl_easy_getinfo(easy, what, &out);
    return out;
  }

  Exchanging exchanging_;
  Slist headers_;
  char detail_[CURL_ERROR_SIZE] = "";
};

bool Transfer::add_headers(const CurlOptions& options) {
  bool injected = breaks_line(options.user_agent);
  for (const Header& header : request.headers) {
    injected = injected || breaks_line(header.name) || breaks_line(header.value.reveal());
    Secret line(header.name);
    line.append(": ");
    line.append(header.value.reveal());
    headers_.add(line);
  }
  headers_.add(Secret("Expect:"));  // no waiting for "100 Continue"
  return !injected;
}

void Transfer::configure(CURL* handle, const CurlOptions& options) {
  easy = handle;
  exchanging_.to_send = request.body.reveal();
  exchanging_.began = std::chrono::steady_clock::now();
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, detail_);
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_NOSIGNAL, 1L);
  // A name that does not resolve must not hold up a cancel: its thread is left to end by itself.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_USERAGENT, options.user_agent.c_str());
  set(CURLOPT_HTTPHEADER, headers_.list);
  // Some servers compress unasked, so libcurl has to be ready for it. The limit of the body counts
  // decoded bytes: see on_body().
  set(CURLOPT_ACCEPT_ENCODING, accepted_codings());

  const auto total = request.timeout.count() > 0 ? std::min(request.timeout, options.total_timeout)
                                                 : options.total_timeout;
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(total, options.connect_timeout).count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(total.count()));

  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    // Otherwise the system's folder of certificates would still be a second source of trust.
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  if (!options.client_cert_file.empty()) {
    const std::string& key =
        options.client_key_file.empty() ? options.client_cert_file : options.client_key_file;
    set(CURLOPT_SSLCERT, options.client_cert_file.c_str());
    set(CURLOPT_SSLKEY, key.c_str());
    set(CURLOPT_KEYPASSWD, "");  // otherwise OpenSSL asks for one at the terminal
  }
  set_proxy(easy, request.url, options.proxy);

  if (request.method == Method::post) {
    // A read callback that can't be rewound: where a reused connection died, libcurl would send the
    // body again by itself, and one request could arrive twice. Now it reports the failure instead.
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_READFUNCTION, &Exchanging::on_read);
    set(CURLOPT_READDATA, &exchanging_);
  } else {
    set(CURLOPT_HTTPGET, 1L);
  }
  set(CURLOPT_WRITEFUNCTION, &Exchanging::on_body);
  set(CURLOPT_WRITEDATA, &exchanging_);
  set(CURLOPT_HEADERFUNCTION, &Exchanging::on_header);
  set(CURLOPT_HEADERDATA, &exchanging_);
}

TransportResult Transfer::result(CURLcode code, const CurlOptions& options) {
  HttpResponse& response = exchanging_.response;
  response.status = static_cast<int>(number(CURLINFO_RESPONSE_CODE));
  response.new_connection = number(CURLINFO_NUM_CONNECTS) > 0;
  curl_off_t duration_us = 0;
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &duration_us);
  response.duration = std::chrono::microseconds(duration_us);
  response.phases = phases_of(easy, response.new_connection, exchanging_.answered_after);
  const bool cut = !exchanging_.headers_complete || response.status < 200;
  if (code == CURLE_BAD_CONTENT_ENCODING && !cut) response.body = Secret();
  const bool complete = code == CURLE_OK || code == CURLE_BAD_CONTENT_ENCODING;
  if (complete && !cut) {
    auto by_proxy = proxy_response(request.url, options.proxy, response.status);
    if (by_proxy) return std::move(*by_proxy);
    return std::move(response);
  }
  const char* why = *detail_ == '\0' ? curl_easy_strerror(code) : detail_;
  TransportFailure failure =
      explain_failure(easy, code, request.url, options.proxy, exchanging_.too_large, why);
  failure.nothing_sent = failure.nothing_sent || nothing_sent();
  if (code == CURLE_SSL_CACERT_BADFILE) {
    failure.message = "The CA file " + options.ca_file +
                      " can't be used. It has to be a readable PEM file with certificates.";
    failure.details.setting = "ca_file";
    failure.details.file = options.ca_file;
  }
  if (code == CURLE_SSL_CERTPROBLEM) explain_certificate(options, failure);
  return failure;
}

TransportFailure local_failure(std::string message) {
  return {TransportFailure::Kind::local, true, std::move(message)};
}

constexpr std::size_t kMostTransfers = 64;
// No host may keep all others waiting.
constexpr std::size_t kMostPerHost = 16;
// How long a cancel or an end may go unnoticed that has no descriptor.
constexpr int kSliceMs = 100;
// libcurl wakes by itself for everything else; this is in case that it does not.
constexpr int kNetworkCheckMs = 1000;

}  // namespace transfers

using namespace transfers;

class CurlNetwork::Impl {
 public:
  explicit Impl(CurlOptions options) : options_(std::move(options)) {
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
    multi_ = curl_multi_init();
    if (multi_ == nullptr) return;
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(kMostTransfers));
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(kMostPerHost));
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    for (auto& [ticket, transfer] : running_) {
      curl_multi_remove_handle(multi_, transfer->easy);
      curl_easy_cleanup(transfer->easy);
    }
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    if (timer_ >= 0) close(timer_);
    if (woken_ >= 0) close(woken_);
  }

  void start(std::uint64_t ticket, HttpRequest request) {
    auto transfer = std::make_unique<Transfer>(ticket, std::move(request));
    if (!transfer->add_headers(options_)) {
      ended_.push_back({ticket, local_failure("A header holds a line break.")});
      return;
    }
    queue_.push_back(std::move(transfer));
    begin_queued();
  }

  bool abort(std::uint64_t ticket) {
    const auto running = running_.find(ticket);
    if (running != running_.end()) {
      const bool nothing_sent = running->second->nothing_sent();
      release(running);
      return nothing_sent;
    }
    const auto is_it = [&](const auto& one) { return one->ticket == ticket; };
    const auto queued = std::find_if(queue_.begin(), queue_.end(), is_it);
    if (queued != queue_.end()) {
      queue_.erase(queued);
      return true;
    }
    const auto has_ended = [&](const Finished& one) { return one.ticket == ticket; };
    const auto ended = std::find_if(ended_.begin(), ended_.end(), has_ended);
    if (ended == ended_.end()) return false;
    const auto* failure = std::get_if<TransportFailure>(&ended->result);
    const bool nothing_sent = failure != nullptr && failure->nothing_sent;
    ended_.erase(ended);
    return nothing_sent;
  }

  void wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) {
    const bool past = until <= clock_.steady_now();
    const CancelWatch watch(cancel);
    Waited also{};
    unsigned count = 0;
    bool complete = watch.complete();
    for (const int descriptor : {set_timer(until), woken_}) {
      complete = complete && descriptor >= 0;
      if (descriptor >= 0) also[count++] = {descriptor, CURL_WAIT_POLLIN, 0};
    }
    for (const int descriptor : watch) also[count++] = {descriptor, CURL_WAIT_POLLIN, 0};
    for (;;) {
      work();
      if (!ended_.empty()) break;
      if (past || cancel.is_set() || until <= clock_.steady_now() || take_wake()) return;
      const int at_most = complete ? kNetworkCheckMs : kSliceMs;
      if (curl_multi_poll(multi_, also.data(), count, at_most, nullptr) != CURLM_OK) {
        wait_without_libcurl(also, count);
      }
    }
    std::move(ended_.begin(), ended_.end(), std::back_inserter(finished));
    ended_.clear();
  }

  void wake() noexcept {
    const std::uint64_t one = 1;
    const ssize_t written = write(woken_, &one, sizeof one);
    static_cast<void>(written);
  }

 private:
  using Running = std::map<std::uint64_t, std::unique_ptr<Transfer>>;
  using Waited = std::array<curl_waitfd, CancelWatch::kMost + 2>;

  // Where libcurl has no memory for it: it must not spin.
  static void wait_without_libcurl(const Waited& also, unsigned count) {
    std::array<pollfd, std::tuple_size<Waited>::value> descriptors{};
    for (unsigned i = 0; i < count; ++i) descriptors[i] = {also[i].fd, POLLIN, 0};
    poll(descriptors.data(), count, kSliceMs);
  }

  // Hands over to libcurl what may begin. In a queue of its own a request would spend its time.
  void begin_queued() {
    for (auto at = queue_.begin(); at != queue_.end() && running_.size() < kMostTransfers;) {
      const auto to_host = hosts_.find((*at)->host);
      if (to_host != hosts_.end() && to_host->second == kMostPerHost) {
        ++at;
        continue;
      }
      CURL* easy = take_handle();
      std::unique_ptr<Transfer> transfer = std::move(*at);
      at = queue_.erase(at);
      if (easy != nullptr) transfer->configure(easy, options_);
      // Also for want of memory: then either handle may be null.
      if (curl_multi_add_handle(multi_, easy) != CURLM_OK) {
        curl_easy_cleanup(easy);
        ended_.push_back({transfer->ticket, local_failure("libcurl could not be started.")});
        continue;
      }
      ++hosts_[transfer->host];
      running_.emplace(transfer->ticket, std::move(transfer));
    }
  }

  CURL* take_handle() {
    if (idle_.empty()) return curl_easy_init();
    CURL* easy = idle_.back();
    idle_.pop_back();
    return easy;
  }

  // The transfer has ended or is given up; its handle serves another one.
  void release(Running::iterator at) {
    CURL* easy = at->second->easy;
    curl_multi_remove_handle(multi_, easy);
    curl_easy_reset(easy);  // keeps sessions
    idle_.push_back(easy);
    const auto host = hosts_.find(at->second->host);
    if (--host->second == 0) hosts_.erase(host);
    running_.erase(at);
  }

  void work() {
    int running = 0;
    const bool failed = curl_multi_perform(multi_, &running) != CURLM_OK;
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      end(message->easy_handle, message->data.result);
    }
    while (failed && !running_.empty()) {
      end(running_.begin()->second->easy, CURLE_FAILED_INIT);
    }
    begin_queued();
  }

  void end(CURL* easy, CURLcode code) {
    Transfer* transfer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    ended_.push_back({transfer->ticket, transfer->result(code, options_)});
    release(running_.find(transfer->ticket));
  }

  // A descriptor that becomes readable then.
  int set_timer(SteadyTime until) {
    itimerspec when{};
    if (until != kNever) {
      // Where time_t has 32 bits a wait of more than 68 years ends early; callers look again
      // anyway.
      constexpr std::int64_t kMost = std::numeric_limits<time_t>::max();
      const std::int64_t ms = std::max<std::int64_t>(until.time_since_epoch().count(), 1);
      when.it_value.tv_sec = static_cast<time_t>(std::min(ms / 1000, kMost));
      when.it_value.tv_nsec = static_cast<long>(ms % 1000 * 1000000);
    }
    timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
    return timer_;
  }

  bool take_wake() {
    std::uint64_t times = 0;
    return read(woken_, &times, sizeof times) > 0;
  }

  const CurlOptions options_;
  SystemClock clock_;
  CURLM* multi_ = nullptr;
  const int timer_ = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  const int woken_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::deque<std::unique_ptr<Transfer>> queue_;
  Running running_;
  std::map<std::string, std::size_t> hosts_;  // how many of them are running
  std::vector<CURL*> idle_;
  std::vector<Finished> ended_;  // not handed over yet
};

CurlNetwork::CurlNetwork(CurlOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

CurlNetwork::~CurlNetwork() = default;

void CurlNetwork::start(std::uint64_t ticket, HttpRequest request) {
  impl_->start(ticket, std::move(request));
}

bool CurlNetwork::abort(std::uint64_t ticket) {
  return impl_->abort(ticket);
}

void CurlNetwork::wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) {
  impl_->wait(until, cancel, finished);
}

void CurlNetwork::wake() noexcept {
  impl_->wake();
}

}  // namespace deviceflow
