// Reliability diagrams: the points to draw with their band, whichever way they are found.
#pragma once

#include <cstdint>

#include "assay/calibration/binning.hpp"
#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// How the curve is found.
enum class diagram_kind {
  binned,  ///< means of bins
  corp,    ///< isotonic regression
  smooth   ///< kernel smoothing, as smooth_ece_curve
};

/// What the band shows.
enum class diagram_band {
  automatic,   ///< interval for binned, consistency for corp, bootstrap for smooth
  interval,    ///< around the curve: Wilson's interval of each bin, confidence band of corp_band, bootstrap
  bootstrap,   ///< around the curve: percentiles over resampled rows, in the same bins or by a new curve
  consistency  ///< around the diagonal: percentiles of what a calibrated forecast would show
};

/// Choices of the diagram.
struct reliability_diagram_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// How the curve is found.
  diagram_kind kind = diagram_kind::binned;
  /// What the band shows.
  diagram_band band = diagram_band::automatic;
  /// Number of bins, at least 1; ignored by unique, custom, corp and smooth.
  std::int64_t n_bins = 10;
  /// How the bins are laid out.
  binning strategy = binning::equal_width;
  /// (b + 1) ascending edges from 0 or below to 1 or above, for the strategy custom
  vector_view edges = {};
  /// Which bin owns a probability that equals an edge; without effect for rank and unique.
  calibration::bin_rule bin_rule = calibration::bin_rule::right_closed;
  /// Probability of the band at each point, in (0, 1).
  double level = 0.9;
  /// Number of replicates where rows are resampled, 2 .. 2^24.
  std::int64_t n_boot = 1000;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
};

/// Points to draw from left to right; bins without weight and points far from all rows are left out.
struct reliability_diagram_result {
  array x;        ///< (k) mean probability of a bin, distinct probability, or point of the smooth curve
  array y;        ///< (k) share of events there
  array lower;    ///< (k) lower end of the band
  array upper;    ///< (k) upper end of the band
  array weight;   ///< (k) sum of the weights; for smooth of the rows nearest to the point
  array count;    ///< (k) number of rows; for corp and smooth of those with weight > 0
  array density;  ///< (k) density of the probabilities at x for smooth, else empty
};

/// Reliability diagram: points, band and weights in one shape for every kind.
///
/// Bands of bins by resampling draw n rows with replacement: row j of replicate b is the high half of u n, u
/// number j of item b of the Philox stream with key seed. The bins stay those of the data. For consistency
/// the row is an event when the low half of u n is below its probability, and the band is widened to hold the
/// point (x, x). Replicates that leave a bin empty are left out there.
/// Bands of corp are those of corp_band, by resampling for bootstrap (labels drawn from the curve), else by
/// its automatic choice.
/// The smooth curve is smooth_ece_curve at its own bandwidth, but at least 1/1600, at those of the points 0,
/// 0.005 .. 1 that have a row within 5 bandwidths. Its bands keep the bandwidth and draw rows as those of
/// bins do. More than 8192 rows are gathered in cells of neighbours no wider than an eighth of the bandwidth,
/// about 2048 of them and one for each such width; a replicate takes a Poisson number of rows of each label
/// from a cell (from a mean of 16 on a number of the same mean and variance that is all but normal).
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        kind, band, bins, level, weights, replicates, seed
/// @param ctx            running conditions
/// @return               points with band, weight and count
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, level; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_bins, edges, n_boot (also where bins, or 201 of smooth, times
///                       n_boot pass 2^26); missing_argument: edges with custom
/// @accuracy             sums to 1e-14 relative, replicates to 1e-13; smooth: curve as smooth_ece_curve,
///                       replicates 2e-3; same bits everywhere
/// @cost                 O(n) for equal_width, O(n log n) else; with resampling O(n n_boot); a replicate of
///                       smooth at most 8192 + 16/sigma draws and 10^5 operations
/// @source               Murphy & Winkler 1977; consistency: Broecker & Smith 2007; CORP: Dimitriadis,
/// Gneiting &
///                       Jordan 2021; smooth: Blasiok & Nakkiran 2023
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "kind": "corp",
/// "n_boot": 100}
reliability_diagram_result reliability_diagram(integer_view labels, vector_view probabilities,
                                               const reliability_diagram_options& options = {},
                                               const context& ctx = {});

}  // namespace assay::inline v1::calibration
