#include "assay/losses/generalized_cross_entropy.hpp"

#include <limits>

#include "assay/core/vmath.hpp"
#include "assay/losses/internal/shape_a.hpp"

namespace assay::inline v1::losses {
namespace {

loss_gradient compute(const char* function, const integer_view& labels, const matrix_view& logits,
                      const generalized_cross_entropy_options& options, bool want_gradient,
                      const context& ctx) {
  const double q = options.q;
  const double truncation = options.truncation;
  const checker check(function);
  check.parameter(q > 0.0 && q <= 1.0, "q", q, "must lie in (0, 1]");
  check.parameter(truncation >= 0.0 && truncation < 1.0, "truncation", truncation, "must lie in [0, 1)");
  const internal::row_problem problem(function, labels, logits, internal::common_options(options), ctx);
  const double log_truncation =
      truncation == 0.0 ? -std::numeric_limits<double>::infinity() : vmath::log(truncation);
  const double cap = truncation == 0.0 ? 1.0 / q : -vmath::expm1(q * log_truncation) / q;
  return internal::phi_loss(problem, {&kernels::generalized_cross_entropy, {q, log_truncation, cap}},
                            want_gradient);
}

}  // namespace

reduced generalized_cross_entropy(integer_view labels, matrix_view logits,
                                  const generalized_cross_entropy_options& options, const context& ctx) {
  return compute("generalized_cross_entropy", labels, logits, options, false, ctx).loss;
}

loss_gradient generalized_cross_entropy_grad(integer_view labels, matrix_view logits,
                                             const generalized_cross_entropy_options& options,
                                             const context& ctx) {
  return compute("generalized_cross_entropy_grad", labels, logits, options, true, ctx);
}

}  // namespace assay::inline v1::losses
