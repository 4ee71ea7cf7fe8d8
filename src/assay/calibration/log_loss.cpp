#include "assay/calibration/log_loss.hpp"

#include "assay/calibration/internal/score_sum.hpp"
#include "assay/calibration/kernels.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration {
namespace {

using internal::binary_rows;

void check_eps(const checker& check, double eps) {
  check.parameter(eps >= 0.0 && eps <= 0.5, "eps", eps, "must lie in [0, 0.5]");
}

auto sum_log_loss(const context& ctx, const checker& check, const binary_rows& rows, double eps) {
  const auto kernel = [&table = active_kernels(), eps]<class T>(const internal::row_block<T>& block,
                                                                double* result) {
    table.of<T>().log_loss(block.forecasts, block.labels, block.weights, block.size, eps, result);
  };
  return internal::sum_rows(ctx, check, rows, internal::score_sum(kernel));
}

auto sum_logit_loss(const context& ctx, const checker& check, const binary_rows& rows) {
  const auto kernel = [&table = active_kernels()]<class T>(const internal::row_block<T>& block,
                                                           double* result) {
    table.of<T>().logit_loss(block.forecasts, block.labels, block.weights, block.size, result);
  };
  return internal::sum_rows(ctx, check, rows, internal::score_sum(kernel));
}

}  // namespace

double log_loss(integer_view labels, vector_view probabilities, const log_loss_options& options,
                const context& ctx) {
  const checker check("log_loss");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  check_eps(check, options.eps);
  const auto sums = sum_log_loss(ctx, check, rows, options.eps);
  const double weight = sums.weight().value();
  internal::check_total(check, weight);
  return sums.loss().value() / weight;
}

double log_loss_from_logits(integer_view labels, vector_view logits,
                            const log_loss_from_logits_options& options, const context& ctx) {
  const checker check("log_loss_from_logits");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, logits, options.weights, "logits"};
  internal::check_shapes(check, rows);
  const auto sums = sum_logit_loss(ctx, check, rows);
  const double weight = sums.weight().value();
  internal::check_total(check, weight);
  return sums.loss().value() / weight;
}

log_loss_from_logits_grad_result log_loss_from_logits_grad(integer_view labels, vector_view logits,
                                                           const log_loss_from_logits_options& options,
                                                           const context& ctx) {
  const checker check("log_loss_from_logits_grad");
  ctx.require_backend(check.function());
  const binary_rows rows{labels, logits, options.weights, "logits"};
  internal::check_shapes(check, rows);
  const auto sums = sum_logit_loss(ctx, check, rows);
  const double weight = sums.weight().value();
  internal::check_total(check, weight);
  log_loss_from_logits_grad_result result{sums.loss().value() / weight,
                                          ctx.result(check.function(), logits.type(), rows.size())};
  assay::internal::with_real_type(logits.type(), [&]<class T>(std::type_identity<T>) {
    const auto& kernel = active_kernels().of<T>();
    internal::for_gradient(ctx, check, rows, result.grad.values<T>().data(), [&](const auto& block, T* grad) {
      kernel.logit_grad(block.forecasts, block.labels, block.weights, block.size, weight, grad);
    });
  });
  return result;
}

// ---- accumulator ----

namespace {

constexpr std::string_view k_kind = "logloss";
constexpr std::uint32_t k_version = 1;

}  // namespace

log_loss_accumulator::log_loss_accumulator(const log_loss_accumulator_options& options) : eps_(options.eps) {
  check_eps(checker("log_loss_accumulator"), eps_);
}

void log_loss_accumulator::update(integer_view labels, vector_view probabilities,
                                  const calibration_update_options& options) {
  const checker check("log_loss_accumulator::update");
  const binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const auto sums = sum_log_loss(context{}, check, rows, eps_);
  loss_.merge(sums.loss());
  weight_.merge(sums.weight());
}

void log_loss_accumulator::merge(const log_loss_accumulator& other) {
  if (eps_ != other.eps_) {
    checker("log_loss_accumulator::merge")
        .fail_value(error_code::bad_parameter, "other", "clips at another eps");
  }
  loss_.merge(other.loss_);
  weight_.merge(other.weight_);
}

double log_loss_accumulator::value() const {
  const double weight = weight_.value();
  if (!(weight > 0.0)) {
    throw state_error(error_code::zero_weight, "log_loss_accumulator::value", "",
                      "nothing with weight > 0 was added");
  }
  return loss_.value() / weight;
}

void log_loss_accumulator::reset() { *this = log_loss_accumulator({eps_}); }

std::vector<std::byte> log_loss_accumulator::to_bytes() const {
  byte_writer out(k_kind, k_version);
  out.f64(eps_);
  out.sum(loss_);
  out.sum(weight_);
  return out.finish();
}

log_loss_accumulator log_loss_accumulator::from_bytes(std::span<const std::byte> bytes) {
  byte_reader in(bytes, "log_loss_accumulator::from_bytes", k_kind, k_version);
  const double eps = in.f64();
  if (!(eps >= 0.0 && eps <= 0.5)) in.fail("hold an eps out of range");
  log_loss_accumulator result({eps});
  result.loss_ = in.sum();
  result.weight_ = in.sum();
  in.finish();
  return result;
}

}  // namespace assay::inline v1::calibration
