// Objects that outlive a call (accumulators, models, simulations) behind small integers.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace assay::bindings {

/// One address a class, to tell the classes apart without RTTI.
template <class T>
inline constexpr char k_class_tag = 0;

/// Something kept until it is no longer needed, whatever its type: less code a type than
/// std::shared_ptr<void>.
using keeper = std::unique_ptr<void, void (*)(void*)>;

template <class T>
keeper keep(T value) {
  return {new T(std::move(value)), [](void* kept) { delete static_cast<T*>(kept); }};
}

class object_table {
 public:
  template <class T>
  std::uint32_t add(T object) {
    return insert({keep(std::move(object)), &k_class_tag<T>});
  }

  /// The object, or null when the handle is free or belongs to another class.
  template <class T>
  T* find(std::uint32_t handle) const {
    if (handle == 0 || handle > entries_.size()) return nullptr;
    const entry& found = entries_[handle - 1];
    return found.tag == &k_class_tag<T> ? static_cast<T*>(found.object.get()) : nullptr;
  }

  void release(std::uint32_t handle);
  /// Number of objects alive.
  [[nodiscard]] std::size_t size() const { return entries_.size() - free_.size(); }

 private:
  struct entry {
    keeper object;
    const char* tag;
  };
  std::uint32_t insert(entry object);

  std::vector<entry> entries_;
  std::vector<std::uint32_t> free_;
};

}  // namespace assay::bindings
