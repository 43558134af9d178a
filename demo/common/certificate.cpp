// libcurl connects, so that proxies, names and trust are those of a real request, and is stopped
// between the handshake and the request. OpenSSL reads what the server showed.
#include "certificate.hpp"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <deviceflow/platform.hpp>
#include <memory>
#include <variant>

#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

using Kind = CertificateProblem::Kind;

template <auto function>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    function(pointer);
  }
};
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using Store = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;
using OwnCertificate = std::unique_ptr<X509, FreeWith<X509_free>>;

std::string text_in(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string name_text(const X509_NAME* name) {
  const Bio bio(BIO_new(BIO_s_mem()));
  // UTF-8 stays readable; control characters and separators are escaped.
  constexpr unsigned long kFlags =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (bio) X509_NAME_print_ex(bio.get(), name, 0, kFlags);
  return text_in(bio.get());
}

std::optional<WallTime> time_of(const ASN1_TIME* time) {
  const std::unique_ptr<ASN1_TIME, FreeWith<ASN1_TIME_free>> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (!epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return std::nullopt;
  return WallTime(std::chrono::seconds(std::int64_t{days} * 86400 + seconds));
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  const unsigned char* bytes = ASN1_STRING_get0_data(address);
  const int size = ASN1_STRING_length(address);
  char part[8];
  std::string out;
  for (int i = 0; i < size; i += size == 4 ? 1 : 2) {
    if (size == 4) {
      std::snprintf(part, sizeof part, "%d", bytes[i]);
    } else {
      if (i + 1 >= size) break;
      std::snprintf(part, sizeof part, "%x", static_cast<unsigned>(bytes[i] << 8 | bytes[i + 1]));
    }
    if (i > 0) out += size == 4 ? '.' : ':';
    out += part;
  }
  return out;
}

std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> out;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < (names ? sk_GENERAL_NAME_num(names.get()) : 0); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) {
      out.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                       static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      out.push_back(address_text(name->d.iPAddress));
    }
  }
  return out;
}

std::string fingerprint_of(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1) return {};
  std::string out;
  char part[4];
  for (unsigned int i = 0; i < size; ++i) {
    std::snprintf(part, sizeof part, i == 0 ? "%02X" : ":%02X", static_cast<unsigned>(digest[i]));
    out += part;
  }
  return out;
}

Certificate read(X509* certificate) {
  Certificate out;
  out.subject = name_text(X509_get_subject_name(certificate));
  out.issuer = name_text(X509_get_issuer_name(certificate));
  out.names = names_of(certificate);
  out.not_before = time_of(X509_get0_notBefore(certificate));
  out.not_after = time_of(X509_get0_notAfter(certificate));
  out.sha256 = fingerprint_of(certificate);
  const Bio bio(BIO_new(BIO_s_mem()));
  if (bio && PEM_write_bio_X509(bio.get(), certificate) == 1) out.pem = text_in(bio.get());
  return out;
}

Kind kind_of_error(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return Kind::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return Kind::not_yet_valid;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED: return Kind::untrusted_issuer;
    default: return Kind::other;
  }
}

// Called for every problem; 1 goes on to the next one.
int collect(int good, X509_STORE_CTX* context) {
  if (good == 1) return 1;
  auto& problems =
      *static_cast<std::vector<CertificateProblem>*>(X509_STORE_CTX_get_app_data(context));
  const int error = X509_STORE_CTX_get_error(context);
  CertificateProblem problem;
  problem.kind = kind_of_error(error);
  if (const X509* at = X509_STORE_CTX_get_current_cert(context)) {
    problem.subject = name_text(X509_get_subject_name(at));
  }
  problem.detail = X509_verify_cert_error_string(error);
  for (const CertificateProblem& have : problems) {
    // One missing authority is told in up to three ways.
    if (have.kind == problem.kind && problem.kind != Kind::other) return 1;
  }
  problems.push_back(std::move(problem));
  return 1;
}

// Runs the transfer of `easy`; empty if `cancel` ended it.
std::optional<CURLcode> run_transfer(CURLM* multi, CURL* easy, const Cancel& cancel) {
  constexpr int kCancelCheckMs = 100;
  curl_multi_add_handle(multi, easy);
  std::optional<CURLcode> result;
  int running = 1;
  while (running > 0 && !cancel.is_set()) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      result = CURLE_FAILED_INIT;
      break;
    }
    if (running > 0) curl_multi_poll(multi, nullptr, 0, kCancelCheckMs, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  curl_multi_remove_handle(multi, easy);
  return result;
}

// Inspects a server through one connection at a time.
class Inspector {
 public:
  Inspector(const std::string& host, int port, const CertificateOptions& options)
      : host_(host), options_(options), easy_(curl_easy_init()), multi_(curl_multi_init()) {
    const bool ipv6 = host.find(':') != std::string::npos;
    url_ = "https://" + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port) + "/";
  }
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;
  ~Inspector() {
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(multi_);
  }

  enum class Result { inspected, untrusted, failed };
  Result connect(bool verify, const Cancel& cancel) {
    if (easy_ == nullptr || multi_ == nullptr) return Result::failed;
    configure(verify);
    inspected_ = false;
    verified_ = verify;
    const auto code = run_transfer(multi_, easy_, cancel);
    if (inspected_) return Result::inspected;
    const bool untrusted = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR;
    return untrusted && verify ? Result::untrusted : Result::failed;
  }

  CertificateReport take_report() { return std::move(report_); }
  const char* detail() const { return detail_; }
  const std::string& url() const { return url_; }

 private:
  void configure(bool verify) {
    curl_easy_reset(easy_);
    *detail_ = '\0';
    curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, detail_);
    curl_easy_setopt(easy_, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
    curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options_.ca_file.empty()) {
      curl_easy_setopt(easy_, CURLOPT_CAINFO, options_.ca_file.c_str());
      curl_easy_setopt(easy_, CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    if (!verify) {  // nothing is sent over such a connection
      curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (host_reach(host_) == HostReach::this_machine) {
      curl_easy_setopt(easy_, CURLOPT_PROXY, "");
    } else if (!options_.proxy.empty()) {
      curl_easy_setopt(easy_, CURLOPT_PROXY, options_.proxy.c_str());
    }
    curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &Inspector::on_connected);
    curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  }

  static int on_connected(void* self, char*, char*, int, int) {
    static_cast<Inspector*>(self)->inspect();
    return CURL_PREREQFUNC_ABORT;
  }

  void inspect() {
    curl_tlssessioninfo* session = nullptr;
    curl_easy_getinfo(easy_, CURLINFO_TLS_SSL_PTR, &session);
    if (session == nullptr || session->backend != CURLSSLBACKEND_OPENSSL) return;
    const auto* ssl = static_cast<const SSL*>(session->internals);
    STACK_OF(X509)* chain = ssl != nullptr ? SSL_get_peer_cert_chain(ssl) : nullptr;
    if (chain == nullptr || sk_X509_num(chain) == 0) return;
    inspected_ = true;
    report_ = CertificateReport();
    report_.trusted = verified_;
    report_.tls_version = SSL_get_version(ssl);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
      report_.chain.push_back(read(sk_X509_value(chain, i)));
    }
    if (!verified_) find_problems(chain);
  }

  // The rules of libcurl, without stopping at the first thing that is wrong.
  void find_problems(STACK_OF(X509) * chain) {
    X509* own = sk_X509_value(chain, 0);
    const bool literal = X509_check_ip_asc(own, host_.c_str(), 0) == 1;
    // Negative results are failures of OpenSSL.
    if (!literal && X509_check_host(own, host_.data(), host_.size(), 0, nullptr) == 0) {
      report_.problems.push_back({Kind::wrong_name, report_.chain.front().subject,
                                  "the certificate is not for this host"});
    }
    const Store store(X509_STORE_new());
    const StoreContext context(X509_STORE_CTX_new());
    if (!store || !context) return;
    load_trust(store.get());
    X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    if (X509_STORE_CTX_init(context.get(), store.get(), own, chain) != 1) return;
    X509_STORE_CTX_set_default(context.get(), "ssl_server");
    X509_STORE_CTX_set_app_data(context.get(), &report_.problems);
    X509_STORE_CTX_set_verify_cb(context.get(), collect);
    X509_verify_cert(context.get());
  }

  void load_trust(X509_STORE* store) {
    if (!options_.ca_file.empty()) {
      X509_STORE_load_file(store, options_.ca_file.c_str());
      return;
    }
    const char* file = nullptr;
    const char* folder = nullptr;
    curl_easy_getinfo(easy_, CURLINFO_CAINFO, &file);
    curl_easy_getinfo(easy_, CURLINFO_CAPATH, &folder);
    if (file != nullptr) X509_STORE_load_file(store, file);
    if (folder != nullptr) X509_STORE_load_path(store, folder);
  }

  const std::string& host_;
  const CertificateOptions& options_;
  CURL* easy_;
  CURLM* multi_;
  std::string url_;
  char detail_[CURL_ERROR_SIZE] = "";
  bool inspected_ = false;
  bool verified_ = false;
  CertificateReport report_;
};

Result<void> check_target(const std::string& host, int port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  const auto url = parse_url("https://" + (ipv6 ? "[" + host + "]" : host));
  const bool good = url.ok() && url->port.empty() && url->path.empty() && url->userinfo.empty() &&
                    !url->query && !url->fragment;
  if (good && port >= 1 && port <= 65535) return {};
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                    "A certificate is inspected at a host name or address, and a port from 1 to "
                    "65535.");
}

// Why no request could be sent there: what the transport says about one.
Error failure_at(const std::string& url, const CertificateOptions& options, const Cancel& cancel) {
  using Failure = TransportFailure::Kind;
  CurlOptions same;
  same.ca_file = options.ca_file;
  same.proxy = options.proxy;
  same.connect_timeout = same.total_timeout = options.timeout;
  HttpRequest request;
  request.url = url;
  CurlNetwork network(same);
  const auto result = send(network, std::move(request), cancel);
  const auto* failure = std::get_if<TransportFailure>(&result);
  if (failure == nullptr) {
    return make_error(Blame::network, ErrorCode::network, Stage::discovery,
                      "The connection broke once. Try again.");
  }
  ErrorCode code = ErrorCode::network;
  Blame blame = Blame::network;
  if (failure->kind == Failure::timeout) code = ErrorCode::timeout;
  if (failure->kind == Failure::tls_handshake || failure->kind == Failure::tls_untrusted) {
    code = ErrorCode::tls;
  }
  if (failure->kind == Failure::cancelled) {
    code = ErrorCode::cancelled;
    blame = Blame::user;
  }
  if (failure->kind == Failure::local) {
    code = ErrorCode::invalid_argument;
    blame = Blame::caller;
  }
  Error error = make_error(blame, code, Stage::discovery, failure->message);
  error.reason = failure->reason.empty() ? std::string(name(failure->kind)) : failure->reason;
  error.details = failure->details;
  return error;
}

}  // namespace

std::string_view name(CertificateProblem::Kind kind) noexcept {
  switch (kind) {
    case Kind::wrong_name: return "wrong_name";
    case Kind::untrusted_issuer: return "untrusted_issuer";
    case Kind::expired: return "expired";
    case Kind::not_yet_valid: return "not_yet_valid";
    case Kind::other: return "other";
  }
  return "unknown";
}

Result<CertificateReport> inspect_certificate(const std::string& host, int port,
                                              const CertificateOptions& options,
                                              const Cancel& cancel) {
  const auto checked = check_target(host, port);
  if (!checked.ok()) return checked.error();
  Inspector inspector(host, port, options);
  auto result = inspector.connect(true, cancel);
  if (result == Inspector::Result::inspected) return inspector.take_report();
  if (result == Inspector::Result::untrusted) {
    const std::string why = inspector.detail();
    result = inspector.connect(false, cancel);
    if (result == Inspector::Result::inspected) {
      CertificateReport report = inspector.take_report();
      if (report.problems.empty()) {
        report.problems.push_back({Kind::other, report.chain.front().subject, why});
      }
      return report;
    }
  }
  return failure_at(inspector.url(), options, cancel);
}

}  // namespace deviceflow::demo
