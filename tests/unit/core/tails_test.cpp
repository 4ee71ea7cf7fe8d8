#include "assay/core/internal/tails.hpp"

#include <cmath>
#include <limits>

#include "support/compare.hpp"

namespace assay::testing {
namespace {

using internal::chi_square_tail;
using internal::normal_two_sided;
using internal::student_t_two_sided;

// Values of mpmath 1.3 with 40 digits: gammainc(df/2, x/2, regularized), betainc(df/2, 1/2, 0, df/(df +
// t^2)).
TEST(tails, agree_with_references) {
  const char* why = "an error of an ulp in the exponent of a term";
  EXPECT_REL(chi_square_tail(0.5, 1), 0.47950012218695346, 2e-14, why);
  EXPECT_REL(chi_square_tail(30.0, 1), 4.3204630578274973e-8, 2e-14, why);
  EXPECT_REL(chi_square_tail(3.4, 5), 0.63856992310379509, 2e-14, why);
  EXPECT_REL(chi_square_tail(3.0, 10), 0.98142406377785933, 2e-14, why);
  EXPECT_REL(chi_square_tail(80.0, 10), 5.0204643188291334e-13, 2e-14, why);
  EXPECT_REL(chi_square_tail(90.0, 101), 0.77536084007793948, 2e-14, why);
  EXPECT_REL(chi_square_tail(300.0, 101), 1.2933098959947686e-21, 2e-14, why);
  EXPECT_REL(chi_square_tail(4900.0, 5000), 0.84136111033222875, 2e-14, why);
  EXPECT_REL(chi_square_tail(6000.0, 5000), 2.5217184417547446e-21, 2e-14, why);
  EXPECT_REL(student_t_two_sided(0.5, 1.0), 0.70483276469913345, 4e-14, why);
  EXPECT_REL(student_t_two_sided(2.5, 3.0), 0.087706647008065547, 4e-14, why);
  EXPECT_REL(student_t_two_sided(0.75, 11.0), 0.46899275331120924, 4e-14, why);
  EXPECT_REL(student_t_two_sided(12.0, 30.0), 5.5801854151992561e-13, 4e-14, why);
  EXPECT_REL(student_t_two_sided(3.0, 1000.0), 0.0027667090442381925, 4e-14, why);
  EXPECT_REL(student_t_two_sided(20.0, 1000.0), 4.0622884995247713e-75, 4e-14, why);
  EXPECT_REL(normal_two_sided(-3.5), 0.00046525815807105007, 2e-15, why);
}

TEST(tails, limits) {
  EXPECT_BITS(chi_square_tail(0.0, 3), 1.0);
  EXPECT_BITS(chi_square_tail(1e6, 3), 0.0);
  for (const std::uint64_t df : {1U, 2U, 7U})
    EXPECT_BITS(chi_square_tail(std::numeric_limits<double>::infinity(), df), 0.0);
  EXPECT_BITS(normal_two_sided(0.0), 1.0);
  EXPECT_BITS(student_t_two_sided(0.0, 5.0), 1.0);
  EXPECT_BITS(student_t_two_sided(1e200, 5.0), 0.0);
  EXPECT_BITS(student_t_two_sided(-2.0, 7.0), student_t_two_sided(2.0, 7.0));
}

// 2 degrees of freedom have closed forms: e^(-x/2) and 1 - t/sqrt(2 + t^2).
TEST(tails, closed_forms) {
  for (const double x : {0.1, 1.0, 5.0, 60.0}) {
    EXPECT_REL(chi_square_tail(x, 2), std::exp(-x / 2), 4e-15, "1 - P near the mean, exp beyond");
    EXPECT_REL(student_t_two_sided(x, 2.0), 2.0 / (2.0 + x * x) / (1.0 + x / std::sqrt(2.0 + x * x)), 1e-14,
               "a product of powers");
  }
}

}  // namespace
}  // namespace assay::testing
