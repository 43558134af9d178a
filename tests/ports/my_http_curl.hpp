// An HTTP stack that calls back, for the template of a network: libcurl on a thread of its own
// for each request.
#ifndef DEVICEFLOW_TESTS_MY_HTTP_CURL_HPP
#define DEVICEFLOW_TESTS_MY_HTTP_CURL_HPP

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "my_network.hpp"

namespace deviceflow::test {

class MyHttpCurl final : public MyHttp {
 public:
  explicit MyHttpCurl(std::string ca_file) : ca_file_(std::move(ca_file)) {}
  ~MyHttpCurl() override;

  void start(HttpRequest request, MyCallbacks callbacks) override;
  void abort() override { aborted_ = true; }

 private:
  void run(const HttpRequest& request, const MyCallbacks& callbacks);

  std::string ca_file_;
  std::thread thread_;
  std::atomic<bool> aborted_{false};
};

}  // namespace deviceflow::test

#endif
