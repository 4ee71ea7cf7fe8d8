#include "objects.hpp"

namespace assay::bindings {

std::uint32_t object_table::insert(entry object) {
  if (free_.empty()) {
    entries_.push_back(std::move(object));
    return static_cast<std::uint32_t>(entries_.size());
  }
  const std::uint32_t handle = free_.back();
  free_.pop_back();
  entries_[handle - 1] = std::move(object);
  return handle;
}

void object_table::release(std::uint32_t handle) {
  if (handle == 0 || handle > entries_.size() || entries_[handle - 1].tag == nullptr) return;
  entries_[handle - 1] = {keeper(nullptr, [](void*) {}), nullptr};
  free_.push_back(handle);
}

}  // namespace assay::bindings
