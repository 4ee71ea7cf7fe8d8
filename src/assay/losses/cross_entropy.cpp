#include "assay/losses/cross_entropy.hpp"

#include <cstring>

#include "assay/losses/internal/shape_a.hpp"

namespace assay::inline v1::losses {
namespace {

using internal::k_block_rows;
using internal::row_block;
using internal::row_problem;

// Method of row_run with label smoothing and z-loss: two more sums a row than the losses of the label's odds.
template <class T>
class smoothed_method {
 public:
  smoothed_method(const row_problem& problem, const cross_entropy_options& options)
      : problem_(problem),
        options_(options),
        rows_(internal::active_row_kernels<T>()),
        kernels_(active_kernels()),
        lowest_(internal::lowest_logit<T>(problem.options())) {}

  bool values(const row_block<T>& block, std::size_t stride) const {
    const state rows(block);
    for (std::size_t i = 0; i < block.count; ++i)
      read_row(block, rows, i);  // before terms are written over the logits
    const bool allowed =
        rows_.reduce(block.logits, problem_.labels() + block.first, block.count, problem_.classes(), lowest_,
                     block.terms, stride, block.gap, block.rest);
    if (!allowed) return false;
    kernels_.smoothed_cross_entropy({block.gap, block.rest, rows.label_logit, rows.label_weight, rows.excess,
                                     rows.weight_sum, rows.classes, options_.label_smoothing, options_.z_loss,
                                     block.value, rows.factor, rows.share, block.slope},
                                    block.count);
    return true;
  }

  // The weight of the class is part of the row's loss here, as the smoothed part has the weights of all
  // classes.
  [[nodiscard]] double loss_weight(std::size_t row) const { return problem_.weight(row); }

  void gradient(const row_block<T>& block) const {
    const state rows(block);
    const std::size_t k = problem_.classes();
    const bool masked = problem_.options().allow_masked_logits;
    for (std::size_t i = 0; i < block.count; ++i) {
      const std::int32_t label = problem_.labels()[block.first + i];
      if (label < 0) continue;
      const double scale = loss_weight(block.first + i) * problem_.pull(block.first + i);
      T* const terms = block.terms + i * k;
      rows_.scale_smoothed(terms, masked ? block.logits + i * k : nullptr, k, rows.factor[i] * scale,
                           rows.share[i] * scale, problem_.class_weights());
      terms[label] = static_cast<T>(block.slope[i] * scale);
    }
  }

 private:
  // Names for the block's extra arrays.
  struct state {
    explicit state(const row_block<T>& block)
        : label_logit(block.extra),
          label_weight(label_logit + k_block_rows),
          excess(label_weight + k_block_rows),
          weight_sum(excess + k_block_rows),
          classes(weight_sum + k_block_rows),
          factor(classes + k_block_rows),
          share(factor + k_block_rows) {}
    double *label_logit, *label_weight, *excess, *weight_sum, *classes, *factor, *share;
  };

  void read_row(const row_block<T>& block, const state& rows, std::size_t i) const {
    const std::int32_t label = problem_.labels()[block.first + i];
    const T* const logits = block.logits + i * problem_.classes();
    double sums[3] = {0.0, 0.0, 1.0};
    if (label >= 0) rows_.smoothing_sums(logits, problem_.classes(), problem_.class_weights(), sums);
    rows.label_logit[i] = label < 0 ? 0.0 : static_cast<double>(logits[label]);
    rows.label_weight[i] = problem_.class_weight(block.first + i);
    rows.excess[i] = sums[0];
    rows.weight_sum[i] = sums[1];
    rows.classes[i] = sums[2];
  }

  const row_problem& problem_;
  const cross_entropy_options& options_;
  const row_kernels<T>& rows_;
  const kernels& kernels_;
  T lowest_;
};

void check_options(const char* function, const cross_entropy_options& options) {
  const checker check(function);
  check.parameter(options.label_smoothing >= 0.0 && options.label_smoothing <= 1.0, "label_smoothing",
                  options.label_smoothing, "must lie in [0, 1]");
  check.parameter(options.z_loss >= 0.0 && options.z_loss - options.z_loss == 0.0, "z_loss", options.z_loss,
                  "must be finite and >= 0");
}

loss_gradient compute(const char* function, const integer_view& labels, const matrix_view& logits,
                      const cross_entropy_options& options, bool want_gradient, const context& ctx) {
  check_options(function, options);
  const row_problem problem(function, labels, logits, internal::common_options(options), ctx);
  if (options.label_smoothing == 0.0 && options.z_loss == 0.0)
    return internal::phi_loss(problem, {&kernels::cross_entropy, {}}, want_gradient);
  return internal::run_rows<smoothed_method>(problem, want_gradient, options);
}

// The smoothed gradient of a masked class is found by its logit, so the logits must not be written over on
// the way.
loss_gradient compute_apart(const char* function, const integer_view& labels, const matrix_view& logits,
                            const cross_entropy_options& options, const context& ctx) {
  context apart = ctx;
  apart.output = {};
  loss_gradient result = compute(function, labels, logits, options, true, apart);
  array grad = ctx.result(function, result.grad.type(), 2, {logits.extent(0), logits.extent(1), 1});
  std::memcpy(grad.bytes(), result.grad.bytes(), ctx.output.size());
  result.grad = std::move(grad);
  return result;
}

}  // namespace

reduced cross_entropy(integer_view labels, matrix_view logits, const cross_entropy_options& options,
                      const context& ctx) {
  return compute("cross_entropy", labels, logits, options, false, ctx).loss;
}

loss_gradient cross_entropy_grad(integer_view labels, matrix_view logits,
                                 const cross_entropy_options& options, const context& ctx) {
  const char* const function = "cross_entropy_grad";
  if (options.allow_masked_logits && options.label_smoothing > 0.0 && internal::overlaps(ctx, logits))
    return compute_apart(function, labels, logits, options, ctx);
  return compute(function, labels, logits, options, true, ctx);
}

}  // namespace assay::inline v1::losses
