// Weights of grid points and levels in scores of fields.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::scoring {

/// What weights of latitudes are scaled to.
enum class weight_normalisation {
  unit_mean,  ///< mean 1
  unit_sum    ///< sum 1
};

/// What a latitude weighs.
enum class latitude_weighting {
  cosine,    ///< cos(latitude)
  cell_area  ///< the area of its zone, bounded midway to its neighbours and at the poles
};

/// Choices of weights of latitudes.
struct latitude_weights_options {
  /// What a latitude weighs; cell_area needs latitudes in order.
  latitude_weighting weighting = latitude_weighting::cosine;
  /// What the weights are scaled to.
  weight_normalisation normalise = weight_normalisation::unit_mean;
};

/// Weights of latitudes in means over the sphere.
///
/// cos(latitude), or sin(b) - sin(a) of the zone from a to b; scaled to mean or sum 1
///
/// @param latitudes     (n) latitude, degrees in [-90, 90]
/// @param options       kind of weights; normalisation
/// @param ctx           running conditions
/// @return              (n) weights >= 0
/// @throws shape_error  empty_input
/// @throws value_error  out_of_range: latitudes outside [-90, 90], or for cell_area not strictly monotonic;
///                      zero_weight: latitudes, all at a pole
/// @accuracy            4 ulp, at a pole exactly 0; same bits everywhere
/// @cost                O(n)
/// @source              Rasp et al. 2020, sec. 2; area of a spherical zone
/// @example             {"latitudes": [-60, -30, 0, 30, 60]}
array latitude_weights(vector_view latitudes, const latitude_weights_options& options = {},
                       const context& ctx = {});

/// Choices of weights of pressure levels.
struct pressure_level_weights_options {
  double minimum = 0.2;  ///< least weight, >= 0
  double slope = 0.001;  ///< weight per hPa, >= 0
};

/// Weights of pressure levels in a loss: proportional to the pressure, but not below a minimum.
///
/// max(minimum, slope p)
///
/// @param levels_hpa    (n) pressure p >= 0, hPa
/// @param options       minimum and slope
/// @param ctx           running conditions
/// @return              (n) weights
/// @throws shape_error  empty_input
/// @throws value_error  out_of_range: levels_hpa; bad_parameter: minimum, slope
/// @accuracy            1 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Lang et al. 2024, training of AIFS
/// @example             {"levels_hpa": [1000, 850, 500, 200, 100, 50]}
array pressure_level_weights(vector_view levels_hpa, const pressure_level_weights_options& options = {},
                             const context& ctx = {});

}  // namespace assay::inline v1::scoring
