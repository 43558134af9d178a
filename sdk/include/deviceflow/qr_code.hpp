// QR codes: text in, a square of modules out, and that square on a terminal.
#ifndef DEVICEFLOW_QR_CODE_HPP
#define DEVICEFLOW_QR_CODE_HPP

#include <cstdint>
#include <deviceflow/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// How much of a QR symbol may be unreadable.
enum class QrCorrection {
  medium,  ///< Level M: 15 %. What a phone's camera likes best.
  low,     ///< Level L: 7 %. A smaller symbol, for a screen without room for the other.
};

/// A QR symbol without its quiet zone. A value.
class QrCode {
 public:
  /// Light modules that must surround the symbol on every side (ISO/IEC 18004).
  static constexpr int kQuietZone = 4;

  /// Encodes `text` byte for byte in the smallest version that fits. Fails with
  /// ErrorCode::invalid_argument for empty text and for more than 2331 bytes.
  static Result<QrCode> encode(std::string_view text,
                               QrCorrection correction = QrCorrection::medium);

  /// Modules on a side, without the quiet zone.
  int size() const noexcept { return size_; }
  /// True where the module is dark. Positions outside the symbol are light.
  bool dark(int x, int y) const noexcept;

 private:
  int size_ = 0;
  std::vector<bool> modules_;
};

/// How a terminal draws the modules.
enum class QrStyle {
  half_blocks,  ///< Two modules a character, with U+2580. Needs UTF-8.
  ascii,        ///< Two characters a module, plain spaces on coloured ground. Needs no UTF-8.
};

/// Columns and lines that the symbol with its quiet zone takes on a terminal.
struct QrExtent {
  int columns = 0;
  int lines = 0;
};
QrExtent terminal_extent(const QrCode& code, QrStyle style) noexcept;

/// The symbol with its quiet zone as lines for a terminal, each ended by a newline. Both colours
/// are set explicitly (black on white), so that it scans on dark and on light themes.
std::string to_terminal(const QrCode& code, QrStyle style);

}  // namespace deviceflow

#endif
