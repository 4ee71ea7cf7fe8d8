#include "assay/core/isa.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "assay/core/dispatch.hpp"
#include "support/compare.hpp"
#include "support/isa.hpp"

namespace {

using namespace assay;

TEST(isa, at_least_one_is_available_and_the_active_one_is_among_them) {
  const auto sets = available_isas();
  ASSERT_FALSE(sets.empty());
  EXPECT_NE(std::find(sets.begin(), sets.end(), active_isa()), sets.end());
}

TEST(isa, names_are_those_of_the_environment_variable) {
  EXPECT_EQ(name_of(isa::sse4_2), "sse4.2");
  EXPECT_EQ(name_of(isa::avx2), "avx2");
  EXPECT_EQ(name_of(isa::avx512), "avx512");
  EXPECT_EQ(name_of(isa::neon64), "neon64");
  EXPECT_EQ(name_of(isa::wasm), "wasm");
}

TEST(isa, set_isa_changes_the_active_one) {
  const isa before = active_isa();
  for (const isa set : available_isas()) {
    set_isa(set);
    EXPECT_EQ(active_isa(), set);
  }
  set_isa(before);
}

TEST(isa, set_isa_refuses_what_this_machine_lacks) {
  const auto sets = available_isas();
  for (const isa set : {isa::sse4_2, isa::avx2, isa::avx512, isa::neon64, isa::wasm}) {
    if (std::find(sets.begin(), sets.end(), set) != sets.end()) continue;
    assay::testing::expect_error([&] { set_isa(set); }, error_kind::unavailable, error_code::not_built, "set",
                                 "available on this machine: ");
  }
}

}  // namespace
