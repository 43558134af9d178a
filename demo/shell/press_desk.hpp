// A press at the sandbox's desk, carried to its control endpoint.
#ifndef DEVICEFLOW_DEMO_SHELL_PRESS_DESK_HPP
#define DEVICEFLOW_DEMO_SHELL_PRESS_DESK_HPP

#include <deviceflow/http.hpp>
#include <string>

#include "model/desk_model.hpp"

namespace deviceflow::demo {

/// For the login with that user code, at the sandbox with that issuer. Refuses every issuer that is
/// not on this machine.
DeskResult press_desk(Network& network, const std::string& issuer, DeskPress press,
                      const std::string& user_code, const Cancel& cancel);

}  // namespace deviceflow::demo

#endif
