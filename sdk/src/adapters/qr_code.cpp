#include <qrencode.h>

#include <deviceflow/qr_code.hpp>
#include <memory>

namespace deviceflow {

namespace {

// Fixed entries of the 256-colour cube: themes repaint the first sixteen colours, these never.
constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kGround[] = {"\x1b[48;5;231m", "\x1b[48;5;16m"};  // light, dark
constexpr std::string_view kInk[] = {"\x1b[38;5;231m", "\x1b[38;5;16m"};

struct FreeQr {
  void operator()(QRcode* code) const noexcept { QRcode_free(code); }
};

}  // namespace

Result<QrCode> QrCode::encode(std::string_view text, QrCorrection correction) {
  std::unique_ptr<QRcode, FreeQr> made;
  constexpr std::size_t kMost = 2331;  // version 40, level M, bytes
  if (!text.empty() && text.size() <= kMost) {
    made.reset(QRcode_encodeData(static_cast<int>(text.size()),
                                 reinterpret_cast<const unsigned char*>(text.data()), 0,
                                 correction == QrCorrection::low ? QR_ECLEVEL_L : QR_ECLEVEL_M));
  }
  if (!made) {
    return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                      "This text does not fit into a QR code.");
  }
  QrCode code;
  code.size_ = made->width;
  const auto count = static_cast<std::size_t>(made->width) * static_cast<std::size_t>(made->width);
  code.modules_.resize(count);
  for (std::size_t i = 0; i < count; ++i) code.modules_[i] = (made->data[i] & 1) != 0;
  return code;
}

bool QrCode::dark(int x, int y) const noexcept {
  if (x < 0 || y < 0 || x >= size_ || y >= size_) return false;
  return modules_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_) +
                  static_cast<std::size_t>(x)];
}

QrExtent terminal_extent(const QrCode& code, QrStyle style) noexcept {
  const int side = code.size() + 2 * QrCode::kQuietZone;
  if (style == QrStyle::half_blocks) return {side, (side + 1) / 2};
  return {2 * side, side};
}

std::string to_terminal(const QrCode& code, QrStyle style) {
  const int from = -QrCode::kQuietZone;
  const int to = code.size() + QrCode::kQuietZone;
  const bool half = style == QrStyle::half_blocks;
  std::string out;
  for (int y = from; y < to; y += half ? 2 : 1) {
    std::string_view ground, ink;
    const auto change = [&out](std::string_view& now, std::string_view wanted) {
      if (now != wanted) out += wanted;
      now = wanted;
    };
    for (int x = from; x < to; ++x) {
      const bool upper = code.dark(x, y);
      const bool lower = half ? code.dark(x, y + 1) : upper;
      change(ground, kGround[lower ? 1 : 0]);
      if (upper == lower) {
        out += half ? " " : "  ";
      } else {
        change(ink, kInk[upper ? 1 : 0]);
        out += "▀";
      }
    }
    out += kReset;
    out += '\n';
  }
  return out;
}

}  // namespace deviceflow
