// Bit equality of all targets: a hash of each function's results over fixed arguments. The expected hashes
// were made on x86-64; every instruction set, WebAssembly and Arm must give them too.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "assay/elementary/exponential.hpp"
#include "assay/elementary/normal.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"
#include "support/random.hpp"

namespace {

using namespace assay;

struct hashed_case {
  const char* name;
  array (*over_arrays)(array_view, const context&);
  double low;   // arguments are drawn from low .. high,
  double high;  // and half of them scaled by powers of two
  std::uint64_t float64;
  std::uint64_t float32;
};

const hashed_case k_cases[] = {
    {"exp", elementary::exp, -750.0, 720.0, 0xb0af958373af1c13U, 0xc89894fc6b66ade6U},
    {"expm1", elementary::expm1, -50.0, 720.0, 0xf43eeb91566d4e5dU, 0x3e35a6daa172388aU},
    {"log", elementary::log, 0.0, 1000000.0, 0xd682312df34f2ae7U, 0x6ccd5c4e22ca0960U},
    {"log1p", elementary::log1p, -1.0, 1000000.0, 0xd90b339923b33833U, 0x1b4d5bf34c69c4f1U},
    {"logistic", elementary::logistic, -750.0, 40.0, 0x81538eb6badb8ee5U, 0xb1d14262c97253b8U},
    {"softplus", elementary::softplus, -750.0, 750.0, 0x5435054139b4fe20U, 0x47d0b3b980a58a93U},
    {"erf", elementary::erf, -7.0, 7.0, 0x45fefc2b5e2283deU, 0x689cfa08bebd43a7U},
    {"erfc", elementary::erfc, -7.0, 28.0, 0xa3fc7a68137b2aa7U, 0x604ad5e34da81b28U},
    {"erfcx", elementary::erfcx, -27.0, 1000.0, 0x977092032f589a0fU, 0x1594f2fd1f774788U},
    {"normal_pdf", elementary::normal_pdf, -39.0, 39.0, 0x0b29ca0d9cffab17U, 0x255067627c11ddd0U},
    {"normal_cdf", elementary::normal_cdf, -39.0, 9.0, 0xfe4ec5c9b767770dU, 0xbd7ef0af2bd08ca9U},
    {"normal_log_cdf", elementary::normal_log_cdf, -1000.0, 39.0, 0x7daeb353ab21b11bU, 0xe20bf8b23ae801b2U},
    {"normal_quantile", elementary::normal_quantile, 0.0, 1.0, 0x4d467d29e88fd5c0U, 0x7e628e99e0e40c0dU},
};

/// FNV-1a over the bits; every NaN counts as one.
std::uint64_t hash_of(const array& values) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    const std::uint64_t bits = std::isnan(value) ? 0x7ff8000000000000U : std::bit_cast<std::uint64_t>(value);
    for (int byte = 0; byte < 8; ++byte) hash = (hash ^ (bits >> (8 * byte) & 0xffU)) * 0x100000001b3U;
  }
  return hash;
}

template <class T>
std::vector<T> arguments(const hashed_case& tested) {
  assay::testing::generator random(2024);
  std::vector<T> x;
  for (int i = 0; i < 2000; ++i) {
    const double value = random.uniform(tested.low, tested.high);
    x.push_back(static_cast<T>(value));
    x.push_back(
        static_cast<T>(std::ldexp(value, -static_cast<int>(random.below(sizeof(T) == 8 ? 1000 : 130)))));
  }
  return x;
}

class elementary_bits : public assay::testing::each_isa {};
ASSAY_FOR_EACH_ISA(elementary_bits);

TEST_P(elementary_bits, of_float64_are_the_same_on_every_target) {
  for (const hashed_case& tested : k_cases) {
    const std::vector<double> x = arguments<double>(tested);
    EXPECT_EQ(hash_of(tested.over_arrays(vector_view(x), {})), tested.float64) << tested.name;
  }
}

TEST_P(elementary_bits, of_float32_are_the_same_on_every_target) {
  for (const hashed_case& tested : k_cases) {
    const std::vector<float> x = arguments<float>(tested);
    EXPECT_EQ(hash_of(tested.over_arrays(vector_view(x), {})), tested.float32) << tested.name;
  }
}

}  // namespace
