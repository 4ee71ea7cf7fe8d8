// The door between JavaScript and the library in WebAssembly. Every export has one form: address of a frame
// in, address of the result's cells out, or 0 when the error record was filled. Nothing is thrown across the
// border.
#pragma once

#include <cstdint>

#include "../runtime/entry.hpp"

namespace assay::bindings {

/// Runs the function on the frame at `address`.
std::uintptr_t enter(const function_entry& entry, std::uintptr_t address) noexcept;

/// The export of one table entry. Address 0 asks for the export's own place in the function table: called
/// from there, and not through Embind's checks and conversions, a call costs a third.
template <const function_entry& Entry>
std::uintptr_t exported(std::uintptr_t address) {
  if (address == 0) return reinterpret_cast<std::uintptr_t>(&exported<Entry>);
  return enter(Entry, address);
}

}  // namespace assay::bindings
