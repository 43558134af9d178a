#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deviceflow/platform.hpp>

#include "settings.hpp"

namespace deviceflow::demo {

namespace {

Error problem(std::string_view what, const std::string& path, const std::string& why) {
  Error error =
      usage_error("The " + std::string(what) + " " + path + " can't be used: " + why + ".");
  error.details.file = path;
  return error;
}

}  // namespace

Result<Secret> read_file(std::string_view what, const std::string& path, std::size_t most_mib) {
  const std::size_t most = most_mib << 20;
  // Non-blocking, since a FIFO in the file's place would keep open() waiting beyond Ctrl-C.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return problem(what, path, std::strerror(errno));
  Secret text;
  text.reserve(4096);
  char buffer[4096];
  ssize_t got = 0;
  while (text.size() <= most && (got = read(fd, buffer, sizeof buffer)) > 0) {
    text.append({buffer, static_cast<std::size_t>(got)});
  }
  const int why = errno;
  wipe(buffer, sizeof buffer);
  close(fd);
  if (got < 0) return problem(what, path, std::strerror(why));
  if (text.size() > most) {
    return problem(what, path, "it is larger than " + std::to_string(most_mib) + " MiB");
  }
  return text;
}

std::string_view without_newline(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

Result<Secret> read_secret_file(std::string_view what, const std::string& path) {
  auto text = read_file(what, path);
  if (!text.ok()) return text;
  Secret secret(without_newline(text->reveal()));
  if (secret.empty()) return problem(what, path, "it is empty");
  return secret;
}

Result<Account> read_account_file(const std::string& path) {
  const auto text = read_secret_file("account file", path);
  if (!text.ok()) return text.error();
  const std::string_view line = text->reveal();
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return problem("account file", path, "it has to hold user:password");
  }
  return Account{std::string(line.substr(0, colon)), Secret(line.substr(colon + 1))};
}

Result<void> check_certificate_file(std::string_view what, const std::string& path) {
  if (path.empty()) return {};
  const auto text = read_file(what, path);
  if (!text.ok()) return text.error();
  const std::string_view pem = text->reveal();
  for (const std::string_view mark :
       {"-----BEGIN CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----"}) {
    if (pem.find(mark) != std::string_view::npos) return {};
  }
  return problem(what, path, "there is no PEM certificate in it");
}

Result<Secret> read_key_file(const std::string& path, bool for_tls) {
  auto pem = read_file("client key", path);
  if (!pem.ok()) return pem;
  const auto signer = make_pem_signer(*pem);
  if (signer.ok()) return pem;
  if (for_tls && signer.error().reason == "key_type") return Secret();
  return usage_error("Client key " + path + ": " + signer.error().message);
}

}  // namespace deviceflow::demo
