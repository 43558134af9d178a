// Four lines of twenty characters, as on a cheap text display. Texts are broken between words, and
// one that needs more lines than it has turns its pages every few seconds.
#ifndef FIRMWARE_DISPLAY_H
#define FIRMWARE_DISPLAY_H

#include <deviceflow/deviceflow.h>

enum { DISPLAY_ROWS = 4, DISPLAY_COLUMNS = 20, DISPLAY_PAGE_MS = 3000 };

typedef struct display {
  /// The driver: shows all cells. Called only when one has changed.
  void (*draw)(const char cells[DISPLAY_ROWS][DISPLAY_COLUMNS], void* user_data);
  void* user_data;
  char shown[DISPLAY_ROWS][DISPLAY_COLUMNS];
  char next[DISPLAY_ROWS][DISPLAY_COLUMNS];
} display;

/// Empties what will be shown next.
void display_clear(display* screen);
/// Writes a text into `rows` rows from `row` on. Only printable ASCII is shown; the display has
/// nothing else, and neither have codes and addresses.
void display_text(display* screen, int row, int rows, deviceflow_text text, int64_t now_ms);
/// Shows it, where it differs from what is shown.
void display_show(display* screen);

#endif
