import Testing

@testable import Resilience

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Real threads; made for the thread sanitizer as well.
@Suite struct LaneConcurrencyTests {
  /// Runs something on each of so many threads, all of them alive at the same time.
  private func onThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) async {
    let executor = DedicatedExecutor(threads: count)
    let present = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask(executorPreference: executor) {
          present.add()
          while present.value < count { sched_yield() }  // nobody may run two of them
          body()
        }
      }
    }
  }

  @Test("no two living threads have the same lane, and the lanes of those that ended are given out again")
  func unique() async {
    for _ in 0..<20 {
      let seen = Lock<[Int]>([])
      await self.onThreads(4) {
        let lane = LiveRuntimeLanes.shared.own
        seen.withLock { $0.append(lane) }
        #expect(LiveRuntimeLanes.shared.own == lane)
      }
      let own = seen.withLock { $0.filter { $0 < LiveRuntimeLanes.count } }
      #expect(Set(own).count == own.count)
    }
  }

  @Test(
    "R2.2 threads with a lane and threads without count every success once, and a failure comes after those before it")
  func window() async {
    let window = CountWindow(size: 1_000_000, countsSlow: false)
    let lock = Lock(0)  // as the breaker's: whatever is no success is recorded by one at a time
    await self.onThreads(12) {
      for number in 0..<2_000 {
        if number % 10 == 0 {
          lock.withLock { _ in window.record(failure: true, slow: false) }
        } else {
          window.recordSuccess()
        }
      }
    }
    #expect(window.tally() == Tally(total: 24_000, failures: 2_400))
    #expect(window.recorded == 24_000)
  }

  @Test("R2.2 successes of other threads push failures out of a count window like those of the same one")
  func pushedOut() async {
    let window = CountWindow(size: 100, countsSlow: true)
    for _ in 0..<100 { window.record(failure: true, slow: true) }
    await self.onThreads(10) { for _ in 0..<9 { window.recordSuccess() } }
    #expect(window.tally() == Tally(total: 100, failures: 10, slow: 10))
    window.record(failure: true, slow: false)
    #expect(window.tally() == Tally(total: 100, failures: 10, slow: 9))
    await self.onThreads(10) { for _ in 0..<10 { window.recordSuccess() } }
    #expect(window.tally() == Tally(total: 100))
    window.reset()
    #expect(window.tally() == Tally() && window.recorded == 0)
  }

  /// How many it got: all or none.
  private func take(_ permits: Int, of limiter: RateLimiter) -> Int {
    do {
      if permits == 1 {
        limiter.leave(try limiter.tryEnter(), .success)
      } else {
        _ = try limiter.reserve(permits)
      }
      return permits
    } catch { return 0 }
  }

  @Test("R6.7 a sliding window gives out exactly its permits, whoever takes them with the lock or without")
  func leases() async {
    let limiter = RateLimiter("r", .init(permits: 5_000, per: .seconds(3_600), algorithm: .slidingWindow))
    let granted = Counter()
    await self.onThreads(6) {
      for number in 0..<2_000 {
        granted.add(self.take(number % 7 == 0 ? 2 : 1, of: limiter))
        if number % 100 == 0 { #expect(limiter.available() <= 5_000) }
      }
    }
    #expect(granted.value == 5_000 && limiter.available() == 0)
  }

  @Test("R6.7 locally: a warm-up gives eight threads the turns that one would get, each once")
  func turns() async {
    let limiter = RateLimiter("r", .init(permits: 1_000, algorithm: .warmUp(over: .seconds(2))))
    let dues = Lock<[Instant]>([])
    await self.onThreads(8) {
      var own: [Instant] = []
      for _ in 0..<500 {
        if case .granted(let due, _) = limiter.reserve(1, at: 5, latest: .max) { own.append(due) }
      }
      dues.withLock { $0 += own }
    }
    var machine = WarmUpMachine(interval: 1_000_000, warmUp: 2_000_000_000, coldFactor: 3)
    let expected = (0..<4_000).map { _ -> Instant in
      guard case .granted(let due, _) = machine.reserve(1, at: 5, latest: .max) else { return -1 }
      return due
    }
    #expect(dues.withLock { $0.sorted() } == expected)
  }
}
