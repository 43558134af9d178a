#include "trusted_certificate.hpp"

#include <filesystem>

#include "files.hpp"
#include "foundation/url.hpp"
#include "kept_file.hpp"

namespace deviceflow::demo {

namespace {

namespace fs = std::filesystem;

}  // namespace

std::string trusted_file(const Session& session) {
  const auto url = provider_url(session);
  const std::string folder = config_folder();
  if (!url || folder.empty()) return {};
  std::string name = url->host + "_" + std::to_string(url->effective_port());
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '.' && c != '-') c = '_';
  }
  return (fs::path(folder) / "trusted" / (name + ".pem")).string();
}

Result<void> use_trusted_certificate(Session& session) {
  if (!session.settings.ca_file.empty()) return {};
  const std::string path = trusted_file(session);
  std::error_code none;
  if (path.empty() || !fs::exists(path, none)) return {};
  auto checked = check_certificate_file("trusted certificate", path);
  if (checked.ok()) session.settings.ca_file = path;
  return checked;
}

Result<void> keep_certificate(const std::string& path, std::string_view pem) {
  return keep_file("The certificate", path, pem);
}

}  // namespace deviceflow::demo
