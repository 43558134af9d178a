#include "my_http_curl.hpp"

#include <curl/curl.h>

namespace deviceflow::test {

namespace {

using Kind = TransportFailure::Kind;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  const auto& callbacks = *static_cast<const MyCallbacks*>(user);
  const std::string_view line(data, size);
  bool go_on = true;
  if (line.substr(0, 5) == "HTTP/") {
    go_on = callbacks.status(std::stoi(std::string(line.substr(line.find(' ') + 1, 3))));
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    go_on = callbacks.header(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return go_on ? size : 0;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  return static_cast<const MyCallbacks*>(user)->body({data, size}) ? size : 0;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return *static_cast<const std::atomic<bool>*>(user) ? 1 : 0;
}

MyEnd end_of(CURLcode code) {
  const auto failure = [&](Kind kind, bool nothing_sent) {
    return TransportFailure{kind, nothing_sent, curl_easy_strerror(code)};
  };
  switch (code) {
    case CURLE_OK: return std::nullopt;
    case CURLE_COULDNT_RESOLVE_HOST: return failure(Kind::dns, true);
    case CURLE_COULDNT_CONNECT: return failure(Kind::refused, true);
    case CURLE_PEER_FAILED_VERIFICATION: return failure(Kind::tls_untrusted, true);
    case CURLE_SSL_CONNECT_ERROR: return failure(Kind::tls_handshake, true);
    default: return failure(Kind::connection, false);
  }
}

}  // namespace

MyHttpCurl::~MyHttpCurl() {
  aborted_ = true;
  if (thread_.joinable()) thread_.join();
}

void MyHttpCurl::start(HttpRequest request, MyCallbacks callbacks) {
  if (thread_.joinable()) thread_.join();
  aborted_ = false;
  thread_ = std::thread([this, request = std::move(request), callbacks = std::move(callbacks)] {
    run(request, callbacks);
  });
}

void MyHttpCurl::run(const HttpRequest& request, const MyCallbacks& callbacks) {
  CURL* handle = curl_easy_init();
  curl_slist* lines = nullptr;
  for (const Header& header : request.headers) {
    lines =
        curl_slist_append(lines, (header.name + ": " + std::string(header.value.reveal())).c_str());
  }
  lines = curl_slist_append(lines, "Expect:");
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines);
  if (request.method == Method::post) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, std::string(request.body.reveal()).c_str());
  }
  curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file_.c_str());
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &callbacks);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &callbacks);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &aborted_);
  const CURLcode code = curl_easy_perform(handle);
  curl_slist_free_all(lines);
  curl_easy_cleanup(handle);
  callbacks.end(end_of(code));
}

}  // namespace deviceflow::test
