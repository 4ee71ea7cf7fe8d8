// Recalibrators of one number: the points asked for, checked, and a function of one number applied to each.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration::internal {

/// A function double -> double that outlives the call it is given to.
class point_function {
 public:
  template <class Fn>
  point_function(const Fn& fn)  // NOLINT(google-explicit-constructor): any function is one
      : object_(&fn),
        call_([](const void* object, double x) -> double { return (*static_cast<const Fn*>(object))(x); }) {}

  double operator()(double x) const { return call_(object_, x); }

 private:
  const void* object_;
  double (*call_)(const void* object, double x);
};

/// Which points a map takes.
enum class point_domain {
  finite,        ///< any finite numbers
  probabilities  ///< numbers in [0, 1]
};

/// empty_input, wrong_rank, non_finite or out_of_range unless the points are one axis of the domain.
void check_points(const checker& check, const array_view& points, const char* name, point_domain domain);

/// fn of every point, in the points' precision.
array map_points(const context& ctx, const checker& check, const array_view& points, const char* name,
                 point_domain domain, point_function fn);
/// The same for a query that may be absent: an empty array.
array map_query(const context& ctx, const checker& check, const array_view& query, point_domain domain,
                point_function fn);

}  // namespace assay::inline v1::calibration::internal
