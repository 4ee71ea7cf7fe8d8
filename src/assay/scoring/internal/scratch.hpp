// Uninitialised working memory at the start of a cache line.
#pragma once

#include <cstddef>
#include <memory>

namespace assay::inline v1::scoring::detail {

class scratch_memory {
 public:
  explicit scratch_memory(std::size_t bytes)
      : memory_(std::make_unique_for_overwrite<std::byte[]>(bytes + k_line)), size_(bytes + k_line) {}

  [[nodiscard]] std::byte* data() const noexcept {
    void* start = memory_.get();
    std::size_t space = size_;
    return static_cast<std::byte*>(std::align(k_line, size_ - k_line, start, space));
  }

 private:
  static constexpr std::size_t k_line = 64;

  std::unique_ptr<std::byte[]> memory_;
  std::size_t size_;
};

}  // namespace assay::inline v1::scoring::detail
