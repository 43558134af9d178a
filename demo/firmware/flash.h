// What a flash chip can do, as far as a kept login needs it. On a device: the driver of its flash.
//
// Two slots, each of whole sectors. Erasing sets a slot to 0xFF and takes long; programming a page
// takes bits from 1 to 0 and never back. Power may fail within either, at any byte.
#ifndef FIRMWARE_FLASH_H
#define FIRMWARE_FLASH_H

#include <stddef.h>

enum { FLASH_SLOTS = 2, FLASH_SLOT_BYTES = 8192, FLASH_PAGE_BYTES = 256 };
enum { FLASH_BYTES = FLASH_SLOTS * FLASH_SLOT_BYTES };

/// Functions answer 0 or a negative number where the chip has failed. None waits for the chip.
typedef struct flash {
  int (*read)(void* chip, int slot, size_t offset, void* data, size_t size);
  /// Begins to erase a slot.
  int (*erase)(void* chip, int slot);
  /// 1 while the chip is still erasing: then nothing else may be asked of it.
  int (*busy)(void* chip);
  /// At most a page, into bytes that were erased.
  int (*program)(void* chip, int slot, size_t offset, const void* data, size_t size);
  void* chip;
} flash;

#endif
