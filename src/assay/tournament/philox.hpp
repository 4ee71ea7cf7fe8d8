// The random numbers behind every simulation, for those who want to follow or extend one.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::tournament {

/// Philox4x32-10: four random 32-bit words for a counter and a key.
///
/// A counter-based generator: the words are a function of counter and key alone, no state is carried. The
/// simulations of this library use counter = (block, round << 8 | purpose, tournament low word, tournament
/// high word) and key = (seed low word, seed high word).
///
/// @param counter       (4) unsigned 32-bit words of the counter, each in 0 .. 4294967295
/// @param key           (2) unsigned 32-bit words of the key, each in 0 .. 4294967295
/// @return              (4) unsigned 32-bit random words
/// @throws shape_error  counter has not four words or key not two (length_mismatch)
/// @throws value_error  a word is negative (out_of_range)
/// @accuracy            exact; same bits on every target
/// @cost                O(1)
/// @source              Salmon, Moraes, Dror & Shaw 2011; known answers of Random123 (tests/kat_vectors)
/// @example {"counter": [608135816, 2242054355, 320440878, 57701188], "key": [2752067618, 698298832]}
array philox4x32(integer_view counter, integer_view key);

}  // namespace assay::inline v1::tournament
