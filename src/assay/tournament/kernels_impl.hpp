// Fills the table of kernels for one instruction set.
#pragma once

#include "assay/tournament/kernels.hpp"
#include "assay/tournament/simulation.kernel.hpp"

namespace assay::inline v1::tournament {

template <class Arch>
constexpr kernels make_kernels() {
  return {.simulate = simulation_kernels<Arch>::simulate};
}

}  // namespace assay::inline v1::tournament
