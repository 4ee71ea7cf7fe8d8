#include "assay/calibration/mmce.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"
#include "assay/core/compensated_sum.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration {
namespace {

// What the rows of one probability receive from all others: sums of w (y - p) times the kernel.
struct place {
  double p;
  double own;    // of the rows here
  double below;  // of rows with a smaller probability
  double above;  // of rows with a larger one
  [[nodiscard]] double all() const { return own + below + above; }
};

std::vector<place> places_of(const std::vector<internal::tie_group>& groups, double width) {
  std::vector<place> places;
  for (const auto& group : groups)
    places.push_back({group.x, group.events - group.weight * group.x, 0.0, 0.0});
  const auto decay = [&](std::size_t i) {
    return vmath::exp((places[i].p - places[i + 1].p) / width);  // from one place to the next
  };
  for (std::size_t i = 0; i + 1 < places.size(); ++i)
    places[i + 1].below = (places[i].below + places[i].own) * decay(i);
  for (std::size_t i = places.size() - 1; i-- > 0;)
    places[i].above = (places[i + 1].above + places[i + 1].own) * decay(i);
  return places;
}

const place& place_at(const std::vector<place>& places, double p) {
  return *std::lower_bound(places.begin(), places.end(), p,
                           [](const place& other, double value) { return other.p < value; });
}

}  // namespace

mmce_loss_result mmce_loss(integer_view labels, vector_view probabilities, const mmce_loss_options& options,
                           const context& ctx) {
  const checker check("mmce_loss");
  ctx.require_backend(check.function());
  const internal::binary_rows rows{labels, probabilities, options.weights};
  internal::check_shapes(check, rows);
  const double width = options.kernel_width;
  check.parameter(width > 0.0 && width <= std::numeric_limits<double>::max(), "kernel_width", width,
                  "must be finite and > 0");
  // rows of weight 0 are kept: they have a place to look up
  const auto groups = internal::sorted_rows(check, rows, internal::zero_weights::keep).groups();
  const auto places = places_of(groups, width);
  compensated_sum square, total;
  for (std::size_t i = 0; i < places.size(); ++i) {
    square += places[i].own * places[i].all();
    total += groups[i].weight;
  }
  const double weight = total.value();
  const double loss = std::sqrt(std::max(square.value(), 0.0)) / weight;
  const double scale = loss > 0.0 ? 1.0 / (loss * weight) : 0.0;
  mmce_loss_result result{loss, ctx.result(check.function(), probabilities.type(), rows.size())};
  assay::internal::with_real_type(probabilities.type(), [&]<class T>(std::type_identity<T>) {
    const auto out = result.grad.values<T>();
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double p = probabilities(i);
      const place& at = place_at(places, p);
      const double slope = (labels(i) - p) * ((at.above - at.below) / width) - at.all();
      const double share = (options.weights.present() ? options.weights(i) : 1.0) / weight;
      out[i] = static_cast<T>(scale * share * slope);
    }
  });
  return result;
}

}  // namespace assay::inline v1::calibration
