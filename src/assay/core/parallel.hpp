// The one door to threads. Work is cut into chunks of a fixed size, never by the number of threads, so that a
// result cannot depend on it; cancellation and progress happen between chunks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "assay/core/context.hpp"

namespace assay::inline v1 {

/// Half-open range of items.
struct chunk {
  std::size_t first;
  std::size_t last;
  std::size_t index;
  [[nodiscard]] std::size_t size() const noexcept { return last - first; }
};

/// A function of the number of a task that outlives the call it is given to. Unlike std::function it copies
/// nothing and costs no code for each function.
class task_reference {
 public:
  template <class Fn>
  task_reference(const Fn& fn)  // NOLINT(google-explicit-constructor): any function is one
      : object_(&fn),
        call_([](const void* object, std::size_t index) { (*static_cast<const Fn*>(object))(index); }) {}

  void operator()(std::size_t index) const { call_(object_, index); }

 private:
  const void* object_;
  void (*call_)(const void* object, std::size_t index);
};

/// Runs task(0) .. task(count - 1) on at most ctx.threads threads. The first exception is rethrown after all
/// running tasks have ended. Throws cancelled_error (naming `function`) when a stop was requested before the
/// last task.
void run_tasks(const context& ctx, const char* function, std::size_t count, task_reference task);

/// Calls fn(chunk) for consecutive chunks of `chunk_size` items (the last may be shorter).
template <class Fn>
void for_chunks(const context& ctx, const char* function, std::size_t items, std::size_t chunk_size,
                Fn&& fn) {
  const std::size_t count = (items + chunk_size - 1) / chunk_size;
  run_tasks(ctx, function, count, [&](std::size_t index) {
    const std::size_t first = index * chunk_size;
    fn(chunk{first, std::min(first + chunk_size, items), index});
  });
}

/// fn(chunk) -> State for every chunk; states merge in a fixed binary tree over the chunk order by
/// merge(into, from).
template <class State, class Fn, class Merge>
State reduce_chunks(const context& ctx, const char* function, std::size_t items, std::size_t chunk_size,
                    Fn&& fn, Merge&& merge) {
  std::vector<State> states((items + chunk_size - 1) / chunk_size);
  for_chunks(ctx, function, items, chunk_size, [&](chunk part) { states[part.index] = fn(part); });
  for (std::size_t step = 1; step < states.size(); step *= 2)
    for (std::size_t i = 0; i + step < states.size(); i += 2 * step) merge(states[i], states[i + step]);
  return states.empty() ? State{} : std::move(states[0]);
}

}  // namespace assay::inline v1
