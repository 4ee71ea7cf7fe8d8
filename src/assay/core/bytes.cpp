#include "assay/core/bytes.hpp"

#include <array>
#include <bit>
#include <string>

#include "assay/core/error.hpp"

namespace assay::inline v1 {
namespace {

constexpr std::string_view k_magic = "ASSY";
constexpr std::size_t k_kind_size = 8;
constexpr std::size_t k_length_at = 16;
constexpr std::size_t k_checksum_at = 24;
constexpr std::size_t k_header_size = 32;

void append(std::vector<std::byte>& bytes, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xff));
}

void put(std::vector<std::byte>& bytes, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
}

// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923): finds every single flipped byte.
std::uint64_t fnv1a(std::span<const std::byte> bytes, std::uint64_t hash) {
  for (const std::byte byte : bytes) hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3U;
  return hash;
}

std::uint64_t checksum(std::span<const std::byte> bytes) {
  constexpr std::uint64_t offset_basis = 0xcbf29ce484222325U;
  return fnv1a(bytes.subspan(k_header_size), fnv1a(bytes.first(k_checksum_at), offset_basis));
}

std::string padded(std::string_view kind) {
  std::string word(kind);
  word.resize(k_kind_size, '\0');
  return word;
}

bool holds(std::span<const std::byte> bytes, std::size_t at, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (bytes[at + i] != static_cast<std::byte>(text[i])) return false;
  return true;
}

}  // namespace

byte_writer::byte_writer(std::string_view kind, std::uint32_t version) {
  for (const char letter : k_magic) u8(static_cast<std::uint8_t>(letter));
  u32(version);
  for (const char letter : padded(kind)) u8(static_cast<std::uint8_t>(letter));
  u64(0);  // length and checksum follow in finish()
  u64(0);
}

void byte_writer::u8(std::uint8_t value) { append(bytes_, value, 1); }
void byte_writer::u32(std::uint32_t value) { append(bytes_, value, 4); }
void byte_writer::u64(std::uint64_t value) { append(bytes_, value, 8); }
void byte_writer::f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }

void byte_writer::f64s(std::span<const double> values) {
  u64(values.size());
  for (const double value : values) f64(value);
}

void byte_writer::sum(const exact_sum& value) {
  const auto words = value.words();
  std::size_t first = 0;
  std::size_t last = words.size();
  while (first < last && words[first] == 0) ++first;
  while (first < last && words[last - 1] == 0) --last;
  u8(static_cast<std::uint8_t>(first));
  u8(static_cast<std::uint8_t>(last - first));
  for (std::size_t i = first; i < last; ++i) u64(words[i]);
}

void byte_writer::nested(std::span<const std::byte> bytes) {
  u64(bytes.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

std::vector<std::byte> byte_writer::finish() {
  put(bytes_, k_length_at, bytes_.size() - k_header_size);
  put(bytes_, k_checksum_at, checksum(bytes_));
  return std::move(bytes_);
}

byte_reader::byte_reader(std::span<const std::byte> bytes, const char* function, std::string_view kind,
                         std::uint32_t newest_version)
    : bytes_(bytes), function_(function) {
  if (bytes.size() < k_header_size) fail("are too short for a header");
  if (!holds(bytes, 0, k_magic)) fail("do not begin with ASSY");
  if (!holds(bytes, k_magic.size() + 4, padded(kind)))
    fail("hold another kind of state, wanted " + std::string(kind));
  at_ = k_magic.size();
  version_ = u32();
  if (version_ < 1 || version_ > newest_version) {
    fail("have version " + std::to_string(version_) + ", known are 1.." + std::to_string(newest_version));
  }
  at_ = k_length_at;
  if (u64() != bytes.size() - k_header_size) fail("differ in length from what their header says");
  if (u64() != checksum(bytes)) fail("do not match their checksum");
}

void byte_reader::fail(std::string_view why) const {
  throw value_error(error_code::corrupt_bytes, function_, "bytes", why);
}

std::uint64_t byte_reader::little_endian(std::size_t width) {
  if (left() < width) fail("end too early");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= static_cast<std::uint64_t>(bytes_[at_ + i]) << (8 * i);
  at_ += width;
  return value;
}

std::uint8_t byte_reader::u8() { return static_cast<std::uint8_t>(little_endian(1)); }
std::uint32_t byte_reader::u32() { return static_cast<std::uint32_t>(little_endian(4)); }
std::uint64_t byte_reader::u64() { return little_endian(8); }
double byte_reader::f64() { return std::bit_cast<double>(u64()); }

bool byte_reader::boolean() {
  const std::uint8_t value = u8();
  if (value > 1) fail("hold a truth value that is neither 0 nor 1");
  return value == 1;
}

std::vector<double> byte_reader::f64s() {
  std::vector<double> values(count(8));
  for (double& value : values) value = f64();
  return values;
}

std::span<const std::byte> byte_reader::nested() {
  const std::size_t size = count(1);
  const auto found = bytes_.subspan(at_, size);
  at_ += size;
  return found;
}

exact_sum byte_reader::sum() {
  std::array<std::uint64_t, exact_sum::k_words + 1> words{};
  const std::size_t first = u8();
  const std::size_t length = u8();
  if (first + length > words.size()) fail("hold a sum with too many digits");
  for (std::size_t i = first; i < first + length; ++i) words[i] = u64();
  exact_sum result;
  if (!result.restore(words)) fail("hold a sum with a digit out of range");
  return result;
}

std::size_t byte_reader::count(std::size_t item_bytes) {
  const std::uint64_t items = u64();
  if (items > left() / item_bytes) fail("announce more items than they hold");
  return static_cast<std::size_t>(items);
}

void byte_reader::finish() const {
  if (left() != 0) fail("have " + std::to_string(left()) + " bytes too many");
}

}  // namespace assay::inline v1
