#include "assay/core/array.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace assay::inline v1 {
namespace {

constexpr std::align_val_t k_alignment{64};  // one cache line; the widest vector register

array_view::extents_type extents_of(std::initializer_list<std::size_t> shape) {
  array_view::extents_type extents = {1};
  std::size_t axis = 0;
  for (const std::size_t extent : shape) extents[axis++] = extent;
  return extents;
}

}  // namespace

void array::release::operator()(std::byte* memory) const noexcept { ::operator delete(memory, k_alignment); }

array::array(dtype type, std::size_t rank, const array_view::extents_type& extents)
    : rank_(rank), extents_(extents), type_(type) {
  const std::size_t bytes = std::max<std::size_t>(size() * size_of(type), 1);
  owned_.reset(static_cast<std::byte*>(::operator new(bytes, k_alignment)));
  data_ = owned_.get();
}

array::array(dtype type, std::initializer_list<std::size_t> shape)
    : array(type, shape.size(), extents_of(shape)) {}

array::array(void* memory, dtype type, std::size_t rank, const array_view::extents_type& extents)
    : data_(memory), rank_(rank), extents_(extents), type_(type) {}

array::array(double value) : array(dtype::float64, 0, {1, 1, 1}) { values<double>()[0] = value; }

array::array(std::span<const double> values) : array(dtype::float64, {values.size()}) {
  std::copy(values.begin(), values.end(), this->values<double>().begin());
}

array array::clone() const {
  array copy(type_, rank_, extents_);
  if (size() != 0) std::memcpy(copy.data_, data_, size() * size_of(type_));
  return copy;
}

std::vector<double> array::to_vector() const {
  std::vector<double> copy(size());
  for (std::size_t i = 0; i < copy.size(); ++i) copy[i] = (*this)[i];
  return copy;
}

}  // namespace assay::inline v1
