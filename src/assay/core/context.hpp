// How a call runs, apart from what it computes: threads, cancellation, progress, backend, memory for the
// result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "assay/core/array.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1 {

/// Where the work is done.
enum class backend { cpu, cuda };

/// Position of a long computation.
struct progress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

/// Running conditions of a call. Results never depend on it.
struct context {
  /// Most threads to use; 1 is the calling thread alone, 0 means one for each hardware thread.
  unsigned threads = 1;
  /// Asked between chunks of work, possibly from several threads; true makes the call throw cancelled_error.
  /// A std::stop_token fits: `[token] { return token.stop_requested(); }`.
  std::function<bool()> stop = {};
  /// Told of progress from the calling thread or a worker, never twice at a time, at most every 50 ms and at
  /// the end.
  std::function<void(const progress&)> on_progress = {};
  /// A backend that this build lacks makes the call throw unavailable_error (code not_built).
  assay::backend backend = assay::backend::cpu;
  /// Memory for the first array of the result instead of a fresh one; must have exactly its size in bytes.
  /// A gradient may be written over the input it belongs to.
  std::span<std::byte> output = {};

  [[nodiscard]] bool stop_requested() const { return stop && stop(); }

  /// The array for a call's first array result: in `output` if given, else fresh. Throws shape_error when the
  /// size does not fit; `function` names the caller in the message.
  [[nodiscard]] array result(const char* function, dtype type, std::size_t rank,
                             const array_view::extents_type& extents) const;
  [[nodiscard]] array result(const char* function, dtype type, std::size_t rows) const {
    return result(function, type, 1, {rows, 1, 1});
  }
  /// Throws unavailable_error when the backend is not part of this build.
  void require_backend(const char* function) const;
};

}  // namespace assay::inline v1
