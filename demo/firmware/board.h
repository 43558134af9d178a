// What a board has around the loop: clocks, a text display, a display with pixels, a serial line.
// Here they are this computer's clocks, stdout and stderr.
#ifndef FIRMWARE_BOARD_H
#define FIRMWARE_BOARD_H

#include "device.h"

/// Since the start of the board, the time asleep included; and what the calendar says.
device_time board_time(void);
/// For measuring: microseconds that passed, and those of them that this program has computed.
int64_t board_us(void);
int64_t board_computing_us(void);

void board_draw_text(const char cells[DISPLAY_ROWS][DISPLAY_COLUMNS], void* user_data);
void board_draw_qr(const qr_bits* code);
/// A line for developers.
void board_say(const char* what, deviceflow_text more);

#endif
