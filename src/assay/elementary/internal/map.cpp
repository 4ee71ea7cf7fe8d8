#include "assay/elementary/internal/map.hpp"

#include <cstddef>
#include <string>
#include <type_traits>

#include "assay/core/check.hpp"
#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::elementary::internal {
namespace {

using assay::internal::common_real_type;
using assay::internal::dense;
using assay::internal::with_real_type;

// 64 Ki elements: long enough to hide the hand-over to a thread, short enough to stay in the second-level
// cache.
constexpr std::size_t k_chunk = 65536;

void run(const map_kernel& kernel, const double* x, double* out, std::size_t n) { kernel.float64(x, out, n); }
void run(const map_kernel& kernel, const float* x, float* out, std::size_t n) { kernel.float32(x, out, n); }

std::string position_of(const array_view& values, std::size_t flat) {
  const std::size_t row = values.extent(1) * values.extent(2);
  std::string text = "[" + std::to_string(flat / row);
  if (values.rank() > 1) text += ", " + std::to_string(flat % row / values.extent(2));
  if (values.rank() > 2) text += ", " + std::to_string(flat % values.extent(2));
  return text + "]";
}

template <class T>
void require_domain(const checker& check, const array_view& values, const T* x,
                    const domain_of_function& domain) {
  const auto outside = [&](T value) { return value < domain.low || value > domain.high; };
  bool found = false;
  for (std::size_t i = 0; i < values.size(); ++i) found |= outside(x[i]);
  if (!found) return;
  std::size_t first = 0;
  while (!outside(x[first])) ++first;
  check.fail_value(
      error_code::out_of_range, "values",
      position_of(values, first) + " is " + text_of(static_cast<double>(x[first])) + ", " + domain.wanted);
}

}  // namespace

array map(const char* function, const array_view& values, const map_kernel& kernel, const context& ctx,
          const domain_of_function& domain) {
  ctx.require_backend(function);
  const checker check(function);
  check.not_empty(values, "values");
  const dtype type = common_real_type(values);
  array result;
  with_real_type(type, [&]<class T>(std::type_identity<T>) {
    const dense<T> x(values);
    if (domain.wanted != nullptr) require_domain(check, values, x.data(), domain);
    result = ctx.result(function, type, values.rank(), values.extents());
    T* const out = result.values<T>().data();
    for_chunks(ctx, function, values.size(), k_chunk,
               [&](chunk part) { run(kernel, x.data() + part.first, out + part.first, part.size()); });
  });
  return result;
}

}  // namespace assay::inline v1::elementary::internal
