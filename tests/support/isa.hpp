// Runs a test once for each instruction set that this machine and build have.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "assay/core/isa.hpp"

namespace assay::testing {

/// Selects an instruction set for the life of the guard.
class use_isa {
 public:
  explicit use_isa(isa wanted) : before_(active_isa()) { set_isa(wanted); }
  ~use_isa() { set_isa(before_); }
  use_isa(const use_isa&) = delete;
  use_isa& operator=(const use_isa&) = delete;

 private:
  isa before_;
};

/// Base of test suites that reach a kernel: the parameter's instruction set is active during the test.
class each_isa : public ::testing::TestWithParam<isa> {
 protected:
  void SetUp() override { set_isa(GetParam()); }
  void TearDown() override { set_isa(before_); }

 private:
  isa before_ = active_isa();
};

/// Test name suffix: letters and digits of the instruction set's name.
inline std::string isa_test_name(const ::testing::TestParamInfo<isa>& info) {
  std::string name;
  for (const char letter : std::string(name_of(info.param)))
    if (std::isalnum(static_cast<unsigned char>(letter))) name += letter;
  return name;
}

#define ASSAY_FOR_EACH_ISA(suite)                                                      \
  INSTANTIATE_TEST_SUITE_P(isa, suite, ::testing::ValuesIn(::assay::available_isas()), \
                           ::assay::testing::isa_test_name)

}  // namespace assay::testing
