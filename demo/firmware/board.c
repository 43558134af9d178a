#include "board.h"

#include <stdio.h>
#include <time.h>

static int64_t read_us(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return 0;
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

device_time board_time(void) {
  enum { YEAR_2024_S = 1704067200 };  // before it, the clock was never set
  const int64_t wall_s = read_us(CLOCK_REALTIME) / 1000000;
  return (device_time){.now_ms = read_us(CLOCK_BOOTTIME) / 1000,
                       .wall_s = wall_s < YEAR_2024_S ? DEVICEFLOW_UNKNOWN_TIME : wall_s};
}

int64_t board_us(void) {
  return read_us(CLOCK_MONOTONIC);
}

int64_t board_computing_us(void) {
  return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

void board_draw_text(const char cells[DISPLAY_ROWS][DISPLAY_COLUMNS], void* user_data) {
  (void)user_data;
  puts("+--------------------+");
  for (int row = 0; row < DISPLAY_ROWS; ++row) printf("|%.*s|\n", DISPLAY_COLUMNS, cells[row]);
  puts("+--------------------+");
  (void)fflush(stdout);
}

// Two rows a line, light on the dark of a terminal, four light modules around it.
void board_draw_qr(const qr_bits* code) {
  enum { QUIET = 4 };
  for (int row = -QUIET; row < code->side + QUIET; row += 2) {
    for (int column = -QUIET; column < code->side + QUIET; ++column) {
      bool light[2];
      for (int half = 0; half < 2; ++half) {
        const int at = row + half;
        const bool inside = at >= 0 && at < code->side && column >= 0 && column < code->side;
        light[half] = !inside || !qr_is_dark(code, at, column);
      }
      (void)fputs(light[0] ? (light[1] ? "\u2588" : "\u2580") : (light[1] ? "\u2584" : " "),
                  stdout);
    }
    (void)putchar('\n');
  }
  (void)fflush(stdout);
}

void board_say(const char* what, deviceflow_text more) {
  (void)fprintf(stderr, "%s%s%.*s\n", what, more.size > 0 ? ": " : "", (int)more.size,
                more.size > 0 ? more.data : "");
}
