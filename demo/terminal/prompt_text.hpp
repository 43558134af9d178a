// What the user reads while the login waits: where to go, which code, and a QR code where it fits.
#ifndef DEVICEFLOW_DEMO_TERMINAL_PROMPT_TEXT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_PROMPT_TEXT_HPP

#include <deviceflow/messages.hpp>
#include <string>

#include "common/output.hpp"
#include "tty.hpp"

namespace deviceflow::demo {

enum class QrChoice { automatic, utf8, ascii, none };

/// The whole text, ended by a newline. Together with the countdown line below it the addresses and
/// the code stay on the screen; a QR code that would push them off is left out, or put above them
/// if it was asked for by name. Without a terminal only such a QR code is drawn.
std::string prompt_text(const LoginFacts& facts, const DeviceAuthorization& codes,
                        const Tty& screen, QrChoice choice);

}  // namespace deviceflow::demo

#endif
