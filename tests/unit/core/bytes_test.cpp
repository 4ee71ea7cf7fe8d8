#include "assay/core/bytes.hpp"

#include <limits>

#include "support/compare.hpp"

namespace assay {
namespace {

std::vector<std::byte> sample() {
  byte_writer out("sample", 2);
  out.u8(7);
  out.u32(0x01020304U);
  out.u64(0x0102030405060708U);
  out.i64(-3);
  out.boolean(true);
  out.f64(-0.1);
  const std::vector<double> values = {1.5, std::numeric_limits<double>::infinity()};
  out.f64s(values);
  return out.finish();
}

void expect_corrupt(const std::vector<std::byte>& bytes, const std::string& text) {
  testing::expect_error([&] { byte_reader(bytes, "sample::from_bytes", "sample", 2); }, error_kind::value,
                        error_code::corrupt_bytes, "bytes", text);
}

TEST(bytes, come_back_as_they_were_written) {
  const auto bytes = sample();
  byte_reader in(bytes, "sample::from_bytes", "sample", 2);
  EXPECT_EQ(in.version(), 2U);
  EXPECT_EQ(in.u8(), 7U);
  EXPECT_EQ(in.u32(), 0x01020304U);
  EXPECT_EQ(in.u64(), 0x0102030405060708U);
  EXPECT_EQ(in.i64(), -3);
  EXPECT_TRUE(in.boolean());
  EXPECT_BITS(in.f64(), -0.1);
  EXPECT_BITS(in.f64s(), (std::vector<double>{1.5, std::numeric_limits<double>::infinity()}));
  EXPECT_EQ(in.left(), 0U);
  in.finish();
}

TEST(bytes, are_little_endian_with_a_header_of_32) {
  byte_writer out("ab", 1);
  out.u32(0x01020304U);
  const auto bytes = out.finish();
  ASSERT_EQ(bytes.size(), 36U);
  const std::string magic = "ASSY";
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(bytes[i], static_cast<std::byte>(magic[i]));
  EXPECT_EQ(bytes[4], std::byte{1});
  EXPECT_EQ(bytes[8], static_cast<std::byte>('a'));
  EXPECT_EQ(bytes[16], std::byte{4});
  EXPECT_EQ(bytes[32], std::byte{4});
  EXPECT_EQ(bytes[35], std::byte{1});
}

TEST(bytes, keep_exact_sums_of_every_sign_and_size) {
  for (const double value : {0.0, 1.0, -1.0, 1e300, -0x1p-1074, std::numeric_limits<double>::infinity()}) {
    exact_sum sum;
    sum.add(value);
    sum.add(0.1);
    byte_writer out("sample", 1);
    out.sum(sum);
    const auto bytes = out.finish();
    byte_reader in(bytes, "sample::from_bytes", "sample", 1);
    EXPECT_BITS(in.sum().value(), sum.value());
    in.finish();
  }
}

TEST(bytes, every_flipped_bit_is_found) {
  const auto good = sample();
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto bad = good;
      bad[i] ^= static_cast<std::byte>(1 << bit);
      expect_corrupt(bad, "sample::from_bytes: bytes ");
    }
  }
}

TEST(bytes, every_cut_and_every_addition_is_found) {
  const auto good = sample();
  for (std::size_t size = 0; size < good.size(); ++size) {
    expect_corrupt({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)}, "bytes");
  }
  auto longer = good;
  longer.push_back(std::byte{0});
  expect_corrupt(longer, "length");
}

TEST(bytes, name_what_is_wrong) {
  expect_corrupt({}, "too short");
  auto bad = sample();
  bad[0] = std::byte{'B'};
  expect_corrupt(bad, "ASSY");
  expect_corrupt(byte_writer("other", 1).finish(), "another kind of state, wanted sample");
  expect_corrupt(byte_writer("sample", 3).finish(), "version 3, known are 1..2");
  expect_corrupt(byte_writer("sample", 0).finish(), "version 0");
  bad = sample();
  bad.back() ^= std::byte{1};
  expect_corrupt(bad, "checksum");
}

TEST(bytes, refuse_reading_beyond_the_end_and_leaving_bytes_unread) {
  byte_writer out("sample", 1);
  out.u32(1000000);
  const auto bytes = out.finish();
  const auto refused = [&](auto read, const std::string& text) {
    byte_reader in(bytes, "sample::from_bytes", "sample", 1);
    testing::expect_error([&] { read(in); }, error_kind::value, error_code::corrupt_bytes, "bytes", text);
  };
  refused([](byte_reader& in) { in.u64(); }, "end too early");
  refused([](byte_reader& in) { in.finish(); }, "4 bytes too many");
  refused([](byte_reader& in) { in.boolean(); }, "neither 0 nor 1");
  refused([](byte_reader& in) { in.sum(); }, "");
}

TEST(bytes, announce_no_more_items_than_they_hold) {
  byte_writer out("sample", 1);
  out.u64(std::uint64_t{1} << 60);
  const auto bytes = out.finish();
  byte_reader in(bytes, "sample::from_bytes", "sample", 1);
  testing::expect_error([&] { in.f64s(); }, error_kind::value, error_code::corrupt_bytes, "bytes",
                        "more items");
}

}  // namespace
}  // namespace assay
