#include "assay/calibration/internal/point_map.hpp"

#include <string>

#include "assay/core/internal/dense.hpp"
#include "assay/core/parallel.hpp"

namespace assay::inline v1::calibration::internal {
namespace {

constexpr std::size_t k_chunk_points = std::size_t{1} << 16;

}  // namespace

void check_points(const checker& check, const array_view& points, const char* name, point_domain domain) {
  check.not_empty(points, name);
  if (points.rank() != 1) {
    check.fail_shape(error_code::wrong_rank, name, "has " + std::to_string(points.rank()) + " axes, needs 1");
  }
  if (domain == point_domain::finite) {
    check.finite(points, name);
  } else {
    check.probabilities(points, name);
  }
}

array map_points(const context& ctx, const checker& check, const array_view& points, const char* name,
                 point_domain domain, point_function fn) {
  check_points(check, points, name, domain);
  const dtype type = assay::internal::common_real_type(points);
  array result = ctx.result(check.function(), type, points.size());
  assay::internal::with_real_type(type, [&]<class T>(std::type_identity<T>) {
    T* out = result.values<T>().data();
    for_chunks(ctx, check.function(), points.size(), k_chunk_points, [&](chunk part) {
      for (std::size_t i = part.first; i < part.last; ++i) out[i] = static_cast<T>(fn(points(i)));
    });
  });
  return result;
}

array map_query(const context& ctx, const checker& check, const array_view& query, point_domain domain,
                point_function fn) {
  if (!query.present()) return array(dtype::float64, {0});
  return map_points(ctx, check, query, "query", domain, fn);
}

}  // namespace assay::inline v1::calibration::internal
