extern "C" {
#include "display.h"
}

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using Rows = std::vector<std::string>;

struct Screen {
  Screen() { display_clear(&screen); }

  Rows text(int row, int rows, std::string_view text, std::int64_t now_ms = 0) {
    display_clear(&screen);
    display_text(&screen, row, rows, {text.data(), text.size()}, now_ms);
    display_show(&screen);
    return shown;
  }

  static void draw(const char cells[DISPLAY_ROWS][DISPLAY_COLUMNS], void* user_data) {
    auto& self = *static_cast<Screen*>(user_data);
    self.shown.clear();
    ++self.drawn;
    for (int row = 0; row < DISPLAY_ROWS; ++row) {
      std::string line(cells[row], DISPLAY_COLUMNS);
      line.erase(line.find_last_not_of(' ') + 1);
      self.shown.push_back(line);
    }
  }

  Rows shown;
  int drawn = 0;
  display screen{draw, this, {}, {}};
};

TEST(TextDisplay, BreaksBetweenWords) {
  Screen screen;
  EXPECT_EQ(screen.text(1, 3, "Please ask whoever runs the server."),
            (Rows{"", "Please ask whoever", "runs the server.", ""}));
  EXPECT_EQ(screen.text(0, 2, "exactly twenty chars and more"),
            (Rows{"exactly twenty chars", "and more", "", ""}));
}

TEST(TextDisplay, BreaksAnAddressWhereItHasTo) {
  Screen screen;
  EXPECT_EQ(screen.text(1, 2, "https://id.example.com/device"),
            (Rows{"", "https://id.example.c", "om/device", ""}));
}

TEST(TextDisplay, TurnsPagesAndLosesNothing) {
  Screen screen;
  const std::string address = "https://login.example.com/common/oauth2/deviceauth";
  std::string whole;
  for (int page = 0; page < 2; ++page) {
    const Rows rows = screen.text(1, 2, address, page * DISPLAY_PAGE_MS + 7);
    whole += rows[1] + rows[2];
  }
  EXPECT_EQ(whole, address);
  EXPECT_EQ(screen.text(1, 2, address, 2 * DISPLAY_PAGE_MS)[1], address.substr(0, 20));
}

TEST(TextDisplay, ShowsOnlyWhatItHasLettersFor) {
  Screen screen;
  EXPECT_EQ(screen.text(0, 1, "a\x1b[2Jb\xc3\xa4\n"), (Rows{"a?[2Jb???", "", "", ""}));
}

TEST(TextDisplay, DrawsOnlyWhatHasChanged) {
  Screen screen;
  screen.text(0, 1, "same");
  screen.text(0, 1, "same");
  EXPECT_EQ(screen.drawn, 1);
  screen.text(0, 1, "other");
  EXPECT_EQ(screen.drawn, 2);
  screen.text(0, 1, "");
  EXPECT_EQ(screen.shown, (Rows{"", "", "", ""}));
}

}  // namespace
