// Loops over arrays in packs. Elementwise work gives the same bits on every instruction set by itself;
// reductions do so because they always run in 8 virtual lanes (element i belongs to lane i mod 8) that meet
// in one fixed tree.
//
// The function given to a loop takes a position: at.load(p) reads p[i] ..., at.store(p, x) writes. After the
// full packs comes one padded pack (a second instantiation of the same code): loads fill the missing lanes
// with `pad`, stores and sums leave them out, so whatever the formula makes of the padding does not matter.
// Formulas of more than a few operations take the loops named _long, which instantiate them once: WebAssembly
// is downloaded.
//
// Capture by value ([=]): a store through a pointer could otherwise change the captured pointers, and the
// compiler would read them again for every pack.
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/simd/pack.hpp"

namespace assay::inline v1::simd {

/// Lanes of every reduction: one AVX-512 register, two of AVX2, four of SSE, NEON and WebAssembly.
inline constexpr std::size_t k_lanes = 8;

/// Position of a full pack of T.
template <class T, class Arch>
class full_position {
 public:
  using pack_type = pack<T, Arch>;
  static constexpr std::size_t width = pack_type::width;

  ASSAY_INLINE explicit full_position(std::size_t first) noexcept : first_(first) {}
  /// Index of the first element.
  [[nodiscard]] ASSAY_INLINE std::size_t first() const noexcept { return first_; }
  /// Number of elements.
  [[nodiscard]] ASSAY_INLINE std::size_t count() const noexcept { return width; }

  /// Elements of an array of T, or of float or a small integer type when T is double (an exact conversion).
  template <class U>
  [[nodiscard]] ASSAY_INLINE pack_type load(const U* p, T = T(0)) const noexcept {
    return load_as<T, Arch>(p + first_);
  }
  /// Elements of an optional array; `value` everywhere when p is null.
  template <class U>
  [[nodiscard]] ASSAY_INLINE pack_type load_or(const U* p, T value) const noexcept {
    return p == nullptr ? pack_type(value) : load(p);
  }
  template <class U>
  ASSAY_INLINE void store(U* p, pack_type x) const noexcept {
    store_as<T, Arch>(p + first_, x);
  }
  /// x with the lanes beyond the end replaced by `other`.
  [[nodiscard]] ASSAY_INLINE pack_type keep(pack_type x, T) const noexcept { return x; }

 private:
  std::size_t first_;
};

/// Position of a pack of T of which only the first `count` elements may exist.
template <class T, class Arch>
class partial_position {
 public:
  using pack_type = pack<T, Arch>;
  static constexpr std::size_t width = pack_type::width;

  ASSAY_INLINE partial_position(std::size_t first, std::size_t left) noexcept
      : first_(first), count_(left < width ? left : width) {}
  [[nodiscard]] ASSAY_INLINE std::size_t first() const noexcept { return first_; }
  [[nodiscard]] ASSAY_INLINE std::size_t count() const noexcept { return count_; }

  template <class U>
  [[nodiscard]] ASSAY_INLINE pack_type load(const U* p, T pad = T(0)) const noexcept {
    return count_ == width ? load_as<T, Arch>(p + first_) : load_padded<T, Arch>(p + first_, count_, pad);
  }
  template <class U>
  [[nodiscard]] ASSAY_INLINE pack_type load_or(const U* p, T value) const noexcept {
    return p == nullptr ? pack_type(value) : load(p, value);
  }
  template <class U>
  ASSAY_INLINE void store(U* p, pack_type x) const noexcept {
    if (count_ == width)
      store_as<T, Arch>(p + first_, x);
    else
      store_padded<T, Arch>(p + first_, x, count_);
  }
  [[nodiscard]] ASSAY_INLINE pack_type keep(pack_type x, T other) const noexcept {
    return select(lane_numbers<T, Arch>() < pack_type(static_cast<T>(count_)), x, pack_type(other));
  }

 private:
  std::size_t first_;
  std::size_t count_;
};

/// Calls fn(position) for all packs of 0 .. n - 1. T is the type of the arithmetic.
template <class Arch, class T = double, class Fn>
ASSAY_FLATTEN void for_each(std::size_t n, Fn fn) noexcept {
  constexpr std::size_t width = pack<T, Arch>::width;
  std::size_t i = 0;
  for (; i + width <= n; i += width) {
    ASSAY_CALL_INLINE fn(full_position<T, Arch>(i));
  }
  if (i < n) {
    ASSAY_CALL_INLINE fn(partial_position<T, Arch>(i, n - i));
  }
}

/// The same for a long formula: one instantiation of fn serves all packs, at the price of a question at every
/// load and store.
template <class Arch, class T = double, class Fn>
ASSAY_FLATTEN void for_each_long(std::size_t n, Fn fn) noexcept {
  for (std::size_t i = 0; i < n; i += pack<T, Arch>::width) {
    ASSAY_CALL_INLINE fn(partial_position<T, Arch>(i, n - i));
  }
}

/// out[i] = fn(x[i]) for 0 .. n - 1; out may be x. For long formulas, as for_each_long.
template <class Arch, class T = double, class U, class Fn>
ASSAY_FLATTEN void map(const U* x, U* out, std::size_t n, Fn fn) noexcept {
  for (std::size_t i = 0; i < n; i += pack<T, Arch>::width) {
    const partial_position<T, Arch> at(i, n - i);
    pack<T, Arch> value = at.load(x);
    ASSAY_CALL_INLINE value = fn(value);
    at.store(out, value);
  }
}

/// Several packs that a reduction makes at one position: `return simd::several{a, b};`.
template <class V, std::size_t Count>
struct several {
  V values[Count];
};
template <class V, class... Rest>
several(V, Rest...) -> several<V, 1 + sizeof...(Rest)>;

/// Result of a reduction of several values.
template <std::size_t Count>
struct totals {
  double values[Count];
  ASSAY_INLINE double operator[](std::size_t i) const noexcept { return values[i]; }
};

/// Eight running doubles for each of Count values, joined by Operation (sum_operation and the like below).
template <class Arch, std::size_t Count, class Operation>
class lane_accumulator {
 public:
  using V = pack<double, Arch>;
  static constexpr std::size_t width = V::width;
  static constexpr std::size_t packs = k_lanes / width;

  ASSAY_INLINE lane_accumulator() noexcept {
    for (std::size_t c = 0; c < Count; ++c)
      for (std::size_t k = 0; k < packs; ++k) lanes_[c][k] = V(Operation::neutral());
  }

  /// Joins the terms of elements first .. first + 7. Slots are constants: the lanes must stay in registers.
  template <std::size_t Slot = 0, class Fn>
  ASSAY_INLINE void add_group(std::size_t first, Fn& fn) noexcept {
    if constexpr (Slot < packs) {
      several<V, Count> terms;
      ASSAY_CALL_INLINE terms = fn(full_position<double, Arch>(first + Slot * width));
      for (std::size_t c = 0; c < Count; ++c)
        lanes_[c][Slot] = Operation::join(lanes_[c][Slot], terms.values[c]);
      add_group<Slot + 1>(first, fn);
    }
  }

  /// Joins the terms of the next `count` <= 8 elements with one instantiation of fn; a missing element counts
  /// as the neutral one, which changes no bit.
  template <class Fn>
  ASSAY_INLINE void add_some(std::size_t first, std::size_t count, Fn& fn) noexcept {
    V rest[Count][packs];
    for (std::size_t c = 0; c < Count; ++c)
      for (std::size_t k = 0; k < packs; ++k) rest[c][k] = V(Operation::neutral());
    for (std::size_t k = 0; k * width < count; ++k) {
      const partial_position<double, Arch> at(first + k * width, count - k * width);
      several<V, Count> terms;
      ASSAY_CALL_INLINE terms = fn(at);
      for (std::size_t c = 0; c < Count; ++c) rest[c][k] = at.keep(terms.values[c], Operation::neutral());
    }
    for (std::size_t c = 0; c < Count; ++c)
      for (std::size_t k = 0; k < packs; ++k) lanes_[c][k] = Operation::join(lanes_[c][k], rest[c][k]);
  }

  /// The tree: lanes j and j + 4, then j and j + 2, then the last two.
  [[nodiscard]] ASSAY_INLINE totals<Count> finish() const noexcept {
    totals<Count> result;
    for (std::size_t c = 0; c < Count; ++c) {
      double lane[k_lanes];
      for (std::size_t k = 0; k < packs; ++k) lanes_[c][k].store(lane + k * width);
      for (std::size_t step = k_lanes / 2; step > 0; step /= 2)
        for (std::size_t j = 0; j < step; ++j) lane[j] = Operation::join(lane[j], lane[j + step]);
      result.values[c] = lane[0];
    }
    return result;
  }

 private:
  V lanes_[Count][packs];
};

template <class Arch>
struct sum_operation {
  static ASSAY_INLINE double neutral() noexcept { return 0.0; }
  template <class V>
  static ASSAY_INLINE V join(V a, V b) noexcept {
    return a + b;
  }
};

template <class Arch>
struct max_operation {
  static ASSAY_INLINE double neutral() noexcept { return -__builtin_huge_val(); }
  template <class V>
  static ASSAY_INLINE V join(V a, V b) noexcept {
    return max(a, b);
  }
};

template <class Arch>
struct min_operation {
  static ASSAY_INLINE double neutral() noexcept { return __builtin_huge_val(); }
  template <class V>
  static ASSAY_INLINE V join(V a, V b) noexcept {
    return min(a, b);
  }
};

/// The loop of every reduction: groups of 8 elements, then the rest.
template <class Arch, std::size_t Count, class Operation, class Fn>
ASSAY_FLATTEN totals<Count> reduce(std::size_t n, Fn fn) noexcept {
  lane_accumulator<Arch, Count, Operation> lanes;
  std::size_t i = 0;
  for (; i + k_lanes <= n; i += k_lanes) lanes.add_group(i, fn);
  if (i < n) lanes.add_some(i, n - i, fn);
  return lanes.finish();
}

/// The same, with the same bits, for long formulas: one instantiation of fn.
template <class Arch, std::size_t Count, class Operation, class Fn>
ASSAY_FLATTEN totals<Count> reduce_long(std::size_t n, Fn fn) noexcept {
  lane_accumulator<Arch, Count, Operation> lanes;
  for (std::size_t i = 0; i < n; i += k_lanes) lanes.add_some(i, n - i < k_lanes ? n - i : k_lanes, fn);
  return lanes.finish();
}

/// Makes a function of one value fit for reduce.
template <class Arch, class Fn>
struct single {
  Fn fn;
  template <class Position>
  ASSAY_INLINE several<pack<double, Arch>, 1> operator()(Position at) const noexcept {
    several<pack<double, Arch>, 1> term;
    ASSAY_CALL_INLINE term.values[0] = fn(at);
    return term;
  }
};

/// Sums of Count values: `const auto s = simd::sums<Arch, 2>(n, [&](auto at) { ...; return simd::several{a,
/// b}; });`.
template <class Arch, std::size_t Count, class Fn>
ASSAY_INLINE totals<Count> sums(std::size_t n, Fn fn) noexcept {
  return reduce<Arch, Count, sum_operation<Arch>>(n, fn);
}

/// The same for long formulas.
template <class Arch, std::size_t Count, class Fn>
ASSAY_INLINE totals<Count> sums_long(std::size_t n, Fn fn) noexcept {
  return reduce_long<Arch, Count, sum_operation<Arch>>(n, fn);
}

/// Sum of fn(position) over 0 .. n - 1.
template <class Arch, class Fn>
ASSAY_INLINE double sum(std::size_t n, Fn fn) noexcept {
  return sums<Arch, 1>(n, single<Arch, Fn>{fn})[0];
}

/// The same for long formulas.
template <class Arch, class Fn>
ASSAY_INLINE double sum_long(std::size_t n, Fn fn) noexcept {
  return sums_long<Arch, 1>(n, single<Arch, Fn>{fn})[0];
}

/// Largest fn(position); -Infinity when n = 0. The values must not be NaN.
template <class Arch, class Fn>
ASSAY_INLINE double maximum(std::size_t n, Fn fn) noexcept {
  return reduce<Arch, 1, max_operation<Arch>>(n, single<Arch, Fn>{fn})[0];
}

/// Smallest fn(position); Infinity when n = 0. The values must not be NaN.
template <class Arch, class Fn>
ASSAY_INLINE double minimum(std::size_t n, Fn fn) noexcept {
  return reduce<Arch, 1, min_operation<Arch>>(n, single<Arch, Fn>{fn})[0];
}

}  // namespace assay::inline v1::simd
