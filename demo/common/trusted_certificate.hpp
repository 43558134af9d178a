// The certificate that a person trusts for one provider, kept for the next start.
#ifndef DEVICEFLOW_DEMO_COMMON_TRUSTED_CERTIFICATE_HPP
#define DEVICEFLOW_DEMO_COMMON_TRUSTED_CERTIFICATE_HPP

#include <deviceflow/error.hpp>
#include <string>
#include <string_view>

#include "session.hpp"

namespace deviceflow::demo {

/// Where it is kept: deviceflow/trusted/HOST_PORT.pem in the platform's folder for configuration.
/// Empty where there is no such folder, or no provider yet.
std::string trusted_file(const Session& session);

/// Makes the file the session's only authority where there is one and none was named (--cacert).
/// Fails with a usage error where it can't be used.
Result<void> use_trusted_certificate(Session& session);

/// Keeps `pem` there in the place of whatever was kept, readable by its owner alone. Fails with
/// store_io.
Result<void> keep_certificate(const std::string& path, std::string_view pem);

}  // namespace deviceflow::demo

#endif
