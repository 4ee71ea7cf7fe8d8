#include "assay/core/parallel.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>

#include "assay/core/error.hpp"

#ifndef __EMSCRIPTEN__
#include <taskflow/taskflow.hpp>
#endif

namespace assay::inline v1 {
namespace {

using clock = std::chrono::steady_clock;
constexpr auto k_progress_interval = std::chrono::milliseconds(50);

// Shared by the threads of one run_tasks call.
class task_run {
 public:
  task_run(const context& ctx, const char* function, std::size_t count, task_reference task)
      : ctx_(ctx), function_(function), count_(count), task_(task) {}

  // Takes tasks until none is left, one failed, or a stop was requested.
  void work() noexcept {
    while (!stopped_.load(std::memory_order_relaxed)) {
      if (ctx_.stop_requested()) return stop(nullptr);
      const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
      if (index >= count_) return;
      try {
        task_(index);
        report(done_.fetch_add(1, std::memory_order_relaxed) + 1);
      } catch (...) {
        stop(std::current_exception());
      }
    }
  }

  void finish() const {
    if (failure_) std::rethrow_exception(failure_);
    if (stopped_) {
      throw cancelled_error(
          error_code::cancelled, function_, "",
          "was cancelled after " + std::to_string(done_) + " of " + std::to_string(count_) + " parts");
    }
    if (ctx_.on_progress && count_ != 0) ctx_.on_progress({count_, count_});
  }

 private:
  void stop(std::exception_ptr failure) noexcept {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = failure;
    stopped_ = true;
  }

  void report(std::size_t done) {
    if (!ctx_.on_progress || done == count_) return;
    const std::unique_lock lock(mutex_, std::try_to_lock);  // another thread is reporting: skip, never wait
    if (!lock.owns_lock()) return;
    const auto now = clock::now();
    if (now - last_report_ < k_progress_interval) return;
    last_report_ = now;
    ctx_.on_progress({done, count_});
  }

  const context& ctx_;
  const char* function_;
  std::size_t count_;
  task_reference task_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> done_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
  // Only who is told of progress pays for the clock: it is a call into JavaScript under WebAssembly.
  clock::time_point last_report_ = ctx_.on_progress ? clock::now() : clock::time_point();
};

std::size_t thread_count(const context& ctx, std::size_t tasks) {
#ifdef __EMSCRIPTEN__
  static_cast<void>(ctx);
  static_cast<void>(tasks);
  return 1;  // one thread an instance; the JavaScript pool runs many instances
#else
  const unsigned wanted = ctx.threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : ctx.threads;
  return std::min<std::size_t>(wanted, tasks);
#endif
}

}  // namespace

void run_tasks(const context& ctx, const char* function, std::size_t count, task_reference task) {
  task_run run(ctx, function, count, task);
  const std::size_t threads = thread_count(ctx, count);
#ifndef __EMSCRIPTEN__
  if (threads > 1) {
    tf::Executor executor(threads - 1);  // the calling thread is one of them
    for (std::size_t i = 1; i < threads; ++i) executor.silent_async([&run] { run.work(); });
    run.work();
    executor.wait_for_all();
    return run.finish();
  }
#endif
  static_cast<void>(threads);
  run.work();
  run.finish();
}

}  // namespace assay::inline v1
