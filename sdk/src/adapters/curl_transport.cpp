// Each setting below belongs to a row of the HTTP rules in sdk/docs/architecture.md.
#include <deviceflow/limits.h>

#include <algorithm>
#include <cstring>
#include <deviceflow/platform.hpp>
#include <fstream>
#include <iterator>
#include <utility>

#include "adapters/curl_transfer.hpp"
#include "foundation/response_headers.hpp"

namespace deviceflow {

using std::chrono::milliseconds;

namespace {

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

// What libcurl knows about an exchange afterwards.
struct Facts {
  long status = 0;
  long connects = 0;
  long request_bytes = 0;
  std::chrono::microseconds duration{0};
  PhaseTimes phases;
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
void explain_certificate(const CurlTransportOptions& options, TransportFailure& out) {
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

}  // namespace

class CurlTransport::Handles {
 public:
  Handles() {
    init_libcurl_once();
    easy_ = curl_easy_init();
    multi_ = curl_multi_init();
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() {
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(multi_);
  }

  bool good() const { return easy_ != nullptr && multi_ != nullptr; }

  void configure(const HttpRequest& request, const CurlTransportOptions& options, Exchanging& ex,
                 curl_slist* headers);
  /// Runs the transfer that was configured. Empty where `cancel` ended it.
  std::optional<CURLcode> run(const Cancel& cancel) { return run_transfer(multi_, easy_, cancel); }
  TransportFailure explain(CURLcode code, const std::string& url, const std::string& proxy,
                           bool too_large) const {
    const char* detail = *detail_ == '\0' ? curl_easy_strerror(code) : detail_;
    return explain_failure(easy_, code, url, proxy, too_large, detail);
  }
  Facts facts(const Exchanging& ex) const {
    Facts facts;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &facts.status);
    curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &facts.connects);
    curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &facts.request_bytes);
    curl_off_t duration_us = 0;
    curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &duration_us);
    facts.duration = std::chrono::microseconds(duration_us);
    facts.phases = phases_of(easy_, facts.connects > 0, ex.answered_after);
    return facts;
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_, option, value);
  }

  CURL* easy_;
  CURLM* multi_;
  char detail_[CURL_ERROR_SIZE] = "";
};

void CurlTransport::Handles::configure(const HttpRequest& request,
                                       const CurlTransportOptions& options, Exchanging& ex,
                                       curl_slist* headers) {
  curl_easy_reset(easy_);  // keeps connections, sessions and names
  detail_[0] = '\0';
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
  set(CURLOPT_HTTPHEADER, headers);
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
  set_proxy(easy_, request.url, options.proxy);

  if (request.method == Method::post) {
    // A read callback that can't be rewound: where a reused connection died, libcurl would send the
    // body again by itself, and one request could arrive twice. Now it reports the failure instead.
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_READFUNCTION, &Exchanging::on_read);
    set(CURLOPT_READDATA, &ex);
  } else {
    set(CURLOPT_HTTPGET, 1L);
  }
  set(CURLOPT_WRITEFUNCTION, &Exchanging::on_body);
  set(CURLOPT_WRITEDATA, &ex);
  set(CURLOPT_HEADERFUNCTION, &Exchanging::on_header);
  set(CURLOPT_HEADERDATA, &ex);
}

CurlTransport::CurlTransport(CurlTransportOptions options)
    : options_(std::move(options)), handles_(std::make_unique<Handles>()) {}

CurlTransport::~CurlTransport() = default;

TransportResult CurlTransport::send(const HttpRequest& request, const Cancel& cancel) {
  using Kind = TransportFailure::Kind;
  if (!handles_->good()) {
    return TransportFailure{Kind::local, true, "libcurl could not be started."};
  }
  Exchanging ex;
  ex.to_send = request.body.reveal();
  Slist headers;
  bool injected = breaks_line(options_.user_agent);
  for (const Header& header : request.headers) {
    injected = injected || breaks_line(header.name) || breaks_line(header.value.reveal());
    Secret line(header.name);
    line.append(": ");
    line.append(header.value.reveal());
    headers.add(line);
  }
  if (injected) return TransportFailure{Kind::local, true, "A header holds a line break."};
  headers.add(Secret("Expect:"));  // no waiting for "100 Continue"
  handles_->configure(request, options_, ex, headers.list);

  const auto code = handles_->run(cancel);
  const Facts facts = handles_->facts(ex);
  ex.response.status = static_cast<int>(facts.status);
  ex.response.new_connection = facts.connects > 0;
  ex.response.duration = facts.duration;
  ex.response.phases = facts.phases;
  const bool cut = !ex.headers_complete || facts.status < 200;
  if (code == CURLE_BAD_CONTENT_ENCODING && !cut) ex.response.body = Secret();
  const bool complete = code == CURLE_OK || code == CURLE_BAD_CONTENT_ENCODING;
  if (complete && !cut) {
    auto by_proxy = proxy_response(request.url, options_.proxy, facts.status);
    if (by_proxy) return std::move(*by_proxy);
    return std::move(ex.response);
  }
  if (!code) {
    return TransportFailure{Kind::cancelled, facts.request_bytes == 0,
                            "The request was cancelled."};
  }
  TransportFailure failure = handles_->explain(*code, request.url, options_.proxy, ex.too_large);
  failure.nothing_sent = failure.nothing_sent || facts.request_bytes == 0;
  if (code == CURLE_SSL_CACERT_BADFILE) {
    failure.message = "The CA file " + options_.ca_file +
                      " can't be used. It has to be a readable PEM file with certificates.";
    failure.details.setting = "ca_file";
    failure.details.file = options_.ca_file;
  }
  if (code == CURLE_SSL_CERTPROBLEM) explain_certificate(options_, failure);
  return failure;
}

}  // namespace deviceflow
