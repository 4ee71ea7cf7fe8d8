// Bands of the CORP reliability curve: how far from the diagonal a calibrated forecast may be drawn, or how
// sure the curve is.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// How a band is found.
enum class corp_band_method {
  automatic,   ///< resampling below 2000 rows, then as repeats and rows allow; see corp_band
  discrete,    ///< normal limit at each probability: for probabilities that repeat
  continuous,  ///< limit of isotonic regression (Chernoff's distribution): for probabilities that rarely
               ///< repeat
  resampling   ///< rows and labels are drawn again, the curve refitted
};

/// Around what a band lies.
enum class corp_band_position {
  diagonal,  ///< consistency band: where curves of a calibrated forecast lie
  estimate   ///< confidence band of the curve itself
};

/// Choices of the band.
struct corp_band_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// How the band is found.
  corp_band_method method = corp_band_method::automatic;
  /// Around what the band lies.
  corp_band_position position = corp_band_position::diagonal;
  /// Probability of the band at each point, in (0, 1).
  double level = 0.9;
  /// Number of replicates of resampling, 2 .. 2^24.
  std::int64_t n_boot = 1000;
  /// Key of the random numbers of resampling.
  std::uint64_t seed = 0;
};

/// The curve with its band, one entry a distinct probability, ascending.
struct corp_band_result {
  array x;                  ///< (k) distinct probabilities
  array cep;                ///< (k) conditional event probability, never decreasing
  array n;                  ///< (k) rows with this probability; with weights (sum w)^2 / sum w^2 of them
  array lower;              ///< (k) lower end of the band
  array upper;              ///< (k) upper end of the band
  corp_band_method method;  ///< how it was found, never automatic
};

/// Pointwise band of the CORP reliability curve.
///
/// With x0 = x (position diagonal) or cep (position estimate), clipped to [0, 1]:
/// discrete is x0 -+ z sqrt(x0 (1 - x0) / n), z the normal quantile of (1 + level)/2;
/// continuous is x0 -+ q (4 x0 (1 - x0) / (n f(x)))^(1/3), n all rows, q the quantile of Chernoff's
/// distribution, f the density of the probabilities by a Gaussian kernel that is reflected at 0 and 1; the
/// slope of the curve is taken as 1. resampling draws n rows with replacement, labels with probability x0,
/// refits, interpolates to all x and takes type-7 percentiles. Row j of replicate b is the high half of u n,
/// u number j of item b of the Philox stream with key seed, an event when the low half is below x0; where
/// probabilities repeat 32 times and more on average, counts are drawn instead. automatic: resampling below
/// 2000 rows; else discrete where probabilities repeat 50 times on average; else resampling up to 20000 rows;
/// else continuous. A band around the diagonal holds the diagonal.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        method, position, level, weights, replicates, seed
/// @param ctx            running conditions
/// @return               curve and band
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, level; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_boot
/// @accuracy             discrete 1e-14, continuous 1e-9 but for the kernel density, replicates 1e-13; same
///                       bits everywhere
/// @cost                 O(n) after a radix sort; resampling O((n + k) n_boot), O(k n_boot) with large groups
/// @source               Dimitriadis, Gneiting & Jordan 2021; Chernoff's distribution: Groeneboom & Wellner
/// 2001
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "n_boot": 100}
corp_band_result corp_band(integer_view labels, vector_view probabilities,
                           const corp_band_options& options = {}, const context& ctx = {});

/// Choices of the consistency band by the normal limit.
struct consistency_band_discrete_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// Probability of the band at each point, in (0, 1).
  double level = 0.9;
};

/// Consistency band x -+ z sqrt(x (1 - x) / n) at each distinct probability: corp_band with method discrete
/// and position diagonal.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        level, weights
/// @param ctx            running conditions
/// @return               curve and band
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, level; bad_label; bad_weight; zero_weight
/// @accuracy             1e-14; same bits everywhere
/// @cost                 O(n) after a radix sort
/// @source               Dimitriadis, Gneiting & Jordan 2021
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.4, 0.9], "level": 0.9}
corp_band_result consistency_band_discrete(integer_view labels, vector_view probabilities,
                                           const consistency_band_discrete_options& options = {},
                                           const context& ctx = {});

}  // namespace assay::inline v1::calibration
