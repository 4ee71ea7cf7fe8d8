#include "assay/core/parallel.hpp"

#include <atomic>
#include <numeric>

#include "support/compare.hpp"

namespace assay {
namespace {

TEST(for_chunks, visits_every_item_once) {
  for (const unsigned threads : {1U, 2U, 7U, 0U}) {
    std::vector<std::atomic<int>> visits(1003);
    for_chunks({.threads = threads}, "test", visits.size(), 10, [&](chunk part) {
      EXPECT_LE(part.size(), 10U);
      for (std::size_t i = part.first; i < part.last; ++i) ++visits[i];
    });
    for (const auto& count : visits) EXPECT_EQ(count, 1);
  }
}

TEST(reduce_chunks, merges_in_an_order_that_threads_cannot_change) {
  const auto run = [](unsigned threads) {
    return reduce_chunks<double>(
        {.threads = threads}, "test", 100000, 64,
        [](chunk part) {
          double sum = 0;
          for (std::size_t i = part.first; i < part.last; ++i) sum += 1.0 / (1.0 + double(i));
          return sum;
        },
        [](double& into, double from) { into += from; });
  };
  const double alone = run(1);
  for (const unsigned threads : {2U, 3U, 7U}) EXPECT_BITS(run(threads), alone);
}

TEST(run_tasks, rethrows_what_a_task_threw) {
  for (const unsigned threads : {1U, 4U}) {
    EXPECT_THROW(run_tasks({.threads = threads}, "test", 100,
                           [](std::size_t i) {
                             if (i == 37) throw std::out_of_range("37");
                           }),
                 std::out_of_range);
  }
}

TEST(run_tasks, stops_between_tasks_when_asked) {
  for (const unsigned threads : {1U, 4U}) {
    std::atomic<int> done{0};
    const context ctx{.threads = threads, .stop = [&] { return done >= 5; }};
    testing::expect_error([&] { run_tasks(ctx, "test", 1000, [&](std::size_t) { ++done; }); },
                          error_kind::cancelled, error_code::cancelled, "", "of 1000 parts");
    EXPECT_LT(done, 20);
  }
}

TEST(run_tasks, reports_progress_at_the_end) {
  progress last;
  run_tasks({.on_progress = [&](const progress& now) { last = now; }}, "test", 12, [](std::size_t) {});
  EXPECT_EQ(last.done, 12U);
  EXPECT_EQ(last.total, 12U);
}

}  // namespace
}  // namespace assay
