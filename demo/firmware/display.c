#include "display.h"

#include <string.h>

// Where the line that begins at `begin` ends, and where the next one begins.
static size_t end_of_line(deviceflow_text text, size_t begin, size_t* next) {
  if (text.size - begin <= DISPLAY_COLUMNS) return *next = text.size;
  size_t end = begin + DISPLAY_COLUMNS;
  while (end > begin && text.data[end] != ' ') --end;
  if (end == begin) return *next = begin + DISPLAY_COLUMNS;  // one long word, such as an address
  *next = end + 1;
  return end;
}

static int count_lines(deviceflow_text text) {
  int lines = 0;
  for (size_t at = 0; at < text.size; ++lines) (void)end_of_line(text, at, &at);
  return lines;
}

static void put(display* screen, int row, const char* data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    screen->next[row][i] = data[i] >= ' ' && data[i] <= '~' ? data[i] : '?';
  }
}

void display_clear(display* screen) {
  memset(screen->next, ' ', sizeof screen->next);
}

void display_text(display* screen, int row, int rows, deviceflow_text text, int64_t now_ms) {
  const int pages = (count_lines(text) + rows - 1) / rows;
  const int page = pages > 1 ? (int)(now_ms / DISPLAY_PAGE_MS % pages) : 0;
  int line = 0;
  for (size_t at = 0; at < text.size; ++line) {
    const size_t begin = at;
    const size_t end = end_of_line(text, begin, &at);
    if (line / rows == page) put(screen, row + line % rows, text.data + begin, end - begin);
  }
}

void display_show(display* screen) {
  if (memcmp(screen->shown, screen->next, sizeof screen->next) == 0) return;
  memcpy(screen->shown, screen->next, sizeof screen->next);
  screen->draw((const char(*)[DISPLAY_COLUMNS])screen->shown, screen->user_data);
}
