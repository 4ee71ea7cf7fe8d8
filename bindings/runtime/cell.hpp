// The one form in which values cross into and out of the library: JavaScript writes and reads these records
// in WebAssembly memory, assay-eval makes the same ones from JSON. So there is one reader, one writer, one
// text of errors.
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::bindings {

enum class cell_kind : std::uint32_t {
  absent,   // argument not given; result of a function that returns nothing
  number,   // `number`
  boolean,  // `number` is 0 or 1
  integer,  // `bits`: a 64-bit integer; `type` is 1 when it is negative (two's complement)
  text,     // `data`, `length`: UTF-8
  array,    // `data`, `type`, `rank`, `extents`: row-major; `length` - 1: position of the first boolean among
            // the elements
  bytes,    // `data`, `length`
  structure,  // `length` cells of members follow (each with what it holds)
  list,       // `length` cells of elements follow
  handle,     // `bits`: an object of the table
  ragged,  // nested arrays of unequal length (`type` 1: data that does not fill its shape): extents[0] found,
           // extents[1] wanted
  bad_element,  // nested arrays holding something other than numbers: extents[0] position, `data`, `length`
                // what it is
  other         // `data`, `length`: what it is, for example "an object"
};

/// A member's name as C++ and JSON spell it, and as JavaScript does.
struct member_name {
  const char* text;
  const char* js;
};

/// A value. The layout in WebAssembly is known to bindings/js/cell.ts.
struct cell {
  union {
    double number = 0.0;
    std::uint64_t bits;
  };
  cell_kind kind = cell_kind::absent;
  std::uint32_t type = 0;
  std::uint32_t rank = 0;
  std::size_t extents[4] = {1, 1, 1, 1};
  const void* data = nullptr;
  std::size_t length = 0;
  const member_name* name = nullptr;
};

enum frame_flags : std::uint32_t {
  k_float32 = 1,      // hand real arrays on as float32
  k_json_values = 2,  // "NaN", "Infinity", "-Infinity" are numbers, base64 text is bytes
  k_watched = 4,      // tell of progress
};

/// Arguments of one call, in the order of the function's table.
struct frame {
  const cell* cells = nullptr;
  std::size_t count = 0;
  std::uint32_t flags = 0;
  std::uint32_t self = 0;         // handle of the object whose method is called
  const char* unknown = nullptr;  // first argument name that the caller gave and the table lacks
  std::size_t unknown_length = 0;
  std::byte* output = nullptr;  // memory for the first array of the result
  std::size_t output_bytes = 0;
};

#ifdef __EMSCRIPTEN__
static_assert(sizeof(cell) == 48 && offsetof(cell, kind) == 8 && offsetof(cell, extents) == 20 &&
              offsetof(cell, data) == 36 && offsetof(cell, name) == 44);
static_assert(sizeof(frame) == 32 && offsetof(frame, self) == 12 && offsetof(frame, output) == 24);
#endif

}  // namespace assay::bindings
