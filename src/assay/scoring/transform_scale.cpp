#include "assay/scoring/transform_scale.hpp"

#include <cmath>
#include <string>

#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/vmath.hpp"
#include "assay/scoring/internal/missing.hpp"

namespace assay::inline v1::scoring {
namespace {

constexpr std::size_t k_values_per_chunk = 1 << 14;

double moved(double x, const transform_scale_options& options) {
  if (options.transform == scale_transform::square_root) return std::sqrt(x);
  return options.offset == 1.0 ? vmath::log1p(x) : vmath::log(x + options.offset);
}

// log_shift needs x + offset > 0, square_root x >= 0.
void check_domain(const checker& check, const array_view& values, const transform_scale_options& options) {
  const bool root = options.transform == scale_transform::square_root;
  const std::string wanted =
      root ? ", must be >= 0"
           : ", must be > " + text_of(0.0 - options.offset) + ", which is minus the offset";
  detail::for_each_element(values, [&](std::size_t i, std::size_t j, std::size_t k, double x) {
    if (root ? x < 0.0 : x + options.offset <= 0.0)
      check.fail_value(error_code::out_of_range, "values",
                       detail::index_text(values, i, j, k) + " is " + text_of(x) + wanted);
  });
}

}  // namespace

array transform_scale(array_view values, const transform_scale_options& options, const context& ctx) {
  const checker check("transform_scale");
  ctx.require_backend(check.function());
  check.not_empty(values, "values");
  check.parameter(std::isfinite(options.offset), "offset", options.offset, "must be finite");
  detail::check_values(check, values, "values", options.nan_policy);
  check_domain(check, values, options);
  const dtype type = values.type() == dtype::float32 ? dtype::float32 : dtype::float64;
  array result = ctx.result(check.function(), type, values.rank(), values.extents());
  const internal::dense<double> x(values);
  for_chunks(ctx, check.function(), values.size(), k_values_per_chunk, [&](chunk part) {
    for (std::size_t i = part.first; i < part.last; ++i) {
      const double value = moved(x[i], options);
      if (type == dtype::float32)
        result.values<float>()[i] = static_cast<float>(value);
      else
        result.values<double>()[i] = value;
    }
  });
  return result;
}

}  // namespace assay::inline v1::scoring
