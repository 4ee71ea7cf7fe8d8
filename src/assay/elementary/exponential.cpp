#include "assay/elementary/exponential.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"
#include "assay/elementary/internal/map.hpp"
#include "assay/elementary/kernels.hpp"

namespace assay::inline v1::elementary {

array exp(array_view values, const context& ctx) {
  return internal::map("exp", values, active_kernels().exp, ctx);
}

array expm1(array_view values, const context& ctx) {
  return internal::map("expm1", values, active_kernels().expm1, ctx);
}

array log(array_view values, const context& ctx) {
  return internal::map("log", values, active_kernels().log, ctx,
                       {.low = 0.0, .wanted = "must be at least 0"});
}

array log1p(array_view values, const context& ctx) {
  return internal::map("log1p", values, active_kernels().log1p, ctx,
                       {.low = -1.0, .wanted = "must be at least -1"});
}

array logistic(array_view values, const context& ctx) {
  return internal::map("logistic", values, active_kernels().logistic, ctx);
}

array softplus(array_view values, const context& ctx) {
  return internal::map("softplus", values, active_kernels().softplus, ctx);
}

array log_sum_exp(matrix_view values, const context& ctx) {
  constexpr const char* function = "log_sum_exp";
  constexpr std::size_t chunk_elements = 65536;
  ctx.require_backend(function);
  checker(function).not_empty(values, "values");
  const row_kernel& kernel = active_kernels().log_sum_exp;
  const std::size_t columns = values.extent(1);
  array result = ctx.result(function, assay::internal::common_real_type(values), values.extent(0));
  assay::internal::with_real_type(result.type(), [&]<class T>(std::type_identity<T>) {
    const assay::internal::dense<T> x(values);
    T* const out = result.values<T>().data();
    for_chunks(ctx, function, values.extent(0), std::max<std::size_t>(1, chunk_elements / columns),
               [&](chunk part) {
                 if constexpr (std::is_same_v<T, double>)
                   kernel.float64(x.data() + part.first * columns, part.size(), columns, out + part.first);
                 else
                   kernel.float32(x.data() + part.first * columns, part.size(), columns, out + part.first);
               });
  });
  return result;
}

}  // namespace assay::inline v1::elementary
