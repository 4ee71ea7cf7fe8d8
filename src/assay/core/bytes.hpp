// Serialized state of accumulators and simulations: little-endian, versioned, checksummed.
//
//   0  "ASSY"     4 bytes
//   4  version    uint32   of this kind's payload
//   8  kind       8 bytes  ASCII word, padded with zeros: "brier", "reltable"
//  16  length     uint64   of the payload in bytes
//  24  checksum   uint64   FNV-1a of everything but these 8 bytes
//  32  payload
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "assay/core/exact_sum.hpp"

namespace assay::inline v1 {

/// Writes a state: `byte_writer out("brier", 1); out.sum(sum_); out.u64(count_); return out.finish();`.
class byte_writer {
 public:
  /// `kind` has at most 8 letters.
  byte_writer(std::string_view kind, std::uint32_t version);

  void u8(std::uint8_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
  void boolean(bool value) { u8(value ? 1 : 0); }
  /// All 64 bits, also those of a NaN.
  void f64(double value);
  /// Length and elements.
  void f64s(std::span<const double> values);
  /// The words of the sum that are not zero.
  void sum(const exact_sum& value);

  /// Length and bytes of another state.
  void nested(std::span<const std::byte> bytes);

  /// The finished bytes; call once.
  [[nodiscard]] std::vector<std::byte> finish();

 private:
  std::vector<std::byte> bytes_;
};

/// Reads what byte_writer wrote, in the same order. Whatever does not fit throws value_error (corrupt_bytes,
/// argument `bytes`), so read into locals and assign to members last.
class byte_reader {
 public:
  /// Checks magic, kind, version (1 .. newest_version), length and checksum. `function` names the caller in
  /// messages.
  byte_reader(std::span<const std::byte> bytes, const char* function, std::string_view kind,
              std::uint32_t newest_version);

  /// Version of the payload, for reading older ones.
  [[nodiscard]] std::uint32_t version() const noexcept { return version_; }
  /// Bytes of the payload not read yet.
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - at_; }

  std::uint8_t u8();
  std::uint32_t u32();
  std::uint64_t u64();
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  bool boolean();
  double f64();
  std::vector<double> f64s();
  exact_sum sum();
  /// The bytes of another state, valid as long as those that are read.
  std::span<const std::byte> nested();
  /// Number of items that follow, each of at least `item_bytes`: refused when they cannot fit, before memory
  /// is taken.
  std::size_t count(std::size_t item_bytes);

  /// Refuses bytes that were not read.
  void finish() const;
  /// Throws corrupt_bytes with a sentence on what is wrong; for checks of the values read.
  [[noreturn]] void fail(std::string_view why) const;

 private:
  std::uint64_t little_endian(std::size_t width);

  std::span<const std::byte> bytes_;
  const char* function_;
  std::size_t at_ = 0;
  std::uint32_t version_ = 0;
};

}  // namespace assay::inline v1
