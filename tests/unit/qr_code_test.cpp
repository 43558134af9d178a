#include <gtest/gtest.h>

#include <algorithm>
#include <deviceflow/qr_code.hpp>

namespace deviceflow {
namespace {

TEST(QrCode, RefusesNothingAndTooMuch) {
  EXPECT_FALSE(QrCode::encode("").ok());
  EXPECT_FALSE(QrCode::encode(std::string(2332, 'x')).ok());
  EXPECT_TRUE(QrCode::encode(std::string(2331, 'x')).ok());
}

TEST(QrCode, TakesTheSmallestVersionAtLevelM) {  // U-Q-3
  const auto version = [](std::size_t bytes) {
    return (QrCode::encode(std::string(bytes, 'a'))->size() - 17) / 4;
  };
  EXPECT_EQ(version(40), 3);
  EXPECT_EQ(version(80), 5);
  EXPECT_EQ(version(150), 8);
}

TEST(QrCode, LessCorrectionMakesASmallerSymbol) {  // U-Q-3
  const std::string link(78, 'a');
  EXPECT_EQ(QrCode::encode(link)->size(), 37);
  EXPECT_EQ(QrCode::encode(link, QrCorrection::low)->size(), 33);
}

TEST(QrCode, EverythingAroundTheSymbolIsLight) {  // U-Q-1
  const auto code = *QrCode::encode("https://e.com/d");
  EXPECT_TRUE(code.dark(0, 0));
  for (int i = -4; i < code.size() + 4; ++i) {
    EXPECT_FALSE(code.dark(i, -1));
    EXPECT_FALSE(code.dark(-1, i));
    EXPECT_FALSE(code.dark(i, code.size()));
    EXPECT_FALSE(code.dark(code.size(), i));
  }
}

TEST(QrCode, FillsItsExtentOnATerminalInBothStyles) {
  const auto code = *QrCode::encode("https://e.com/d");
  EXPECT_EQ(terminal_extent(code, QrStyle::half_blocks).columns, code.size() + 8);
  EXPECT_EQ(terminal_extent(code, QrStyle::half_blocks).lines, (code.size() + 9) / 2);
  EXPECT_EQ(terminal_extent(code, QrStyle::ascii).columns, 2 * (code.size() + 8));
  for (const QrStyle style : {QrStyle::half_blocks, QrStyle::ascii}) {
    const std::string text = to_terminal(code, style);
    const auto lines = std::count(text.begin(), text.end(), '\n');
    EXPECT_EQ(lines, terminal_extent(code, style).lines);
  }
}

TEST(QrCode, SetsBothColoursAndResetsThemOnEveryLine) {  // U-Q-6
  const std::string text = to_terminal(*QrCode::encode("https://e.com/d"), QrStyle::half_blocks);
  EXPECT_NE(text.find("\x1b[48;5;231m"), std::string::npos);
  EXPECT_NE(text.find("\x1b[48;5;16m"), std::string::npos);
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
    EXPECT_EQ(text.substr(at - 4, 4), "\x1b[0m");
  }
}

TEST(QrCode, TheAsciiFormIsPureAscii) {
  const std::string text = to_terminal(*QrCode::encode("https://e.com/d"), QrStyle::ascii);
  for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) < 0x80);
}

}  // namespace
}  // namespace deviceflow
