internal import Synchronization

extension CircuitBreaker {
  /// What became of the calls of one minute.
  public struct AvailabilityPeriod: Sendable, Equatable {
    /// When the minute begins, on the runtime's clock.
    public let start: Instant
    /// Calls that ended in success or failure.
    ///
    /// Refused, ignored and late ones are not in it.
    public let calls: Int
    /// Those that failed.
    public let failures: Int

    /// The share of successes, 0…1; nil when there were no calls.
    public var availability: Double? {
      self.calls == 0 ? nil : Double(self.calls - self.failures) / Double(self.calls)
    }
  }

  /// How long calls took.
  public struct ResponseTimes: Sendable, Equatable {
    /// Calls that took less than `below`, and at least what the one before it says.
    public struct Bucket: Sendable, Equatable {
      /// The upper edge.
      public let below: Duration
      /// How many calls.
      public let count: Int
    }

    /// The buckets that are not empty, from the fastest to the slowest.
    public let buckets: [Bucket]
    /// How many calls there were.
    public let count: Int
    /// Half of the calls were faster; within 6.3 %, like the others.
    public let p50: Duration
    /// Nine of ten calls were faster.
    public let p90: Duration
    /// 99 of a hundred calls were faster.
    public let p99: Duration
  }

  /// The last sixty minutes, oldest first, the last one unfinished; fewer only while the clock is younger.
  ///
  /// Made of what the window counts anyway: nothing is added to a successful call. With a time window every outcome is
  /// in the minute that it belongs to, as exactly as a tenth of the window's length. With a count window failures are
  /// exact, and the successes between two failures (or two looks at the trend) are spread evenly over the time between
  /// them; those before the first failure or look stand in its minute. Constant memory: 512 bytes. Does not stop
  /// traffic.
  public func availability(on runtime: Runtime = .live) -> [AvailabilityPeriod] {
    let now = runtime.coarseNow()
    let (trend, box) = self.core.withLock { core in
      core.sample(at: now)
      return (core.trend, core.box)
    }
    var periods = trend.counts(at: now)
    let first = periods.first?.minute ?? 0
    // What the window still holds is handed over later.
    box.window.forEachMinute(at: now) { minute, total, failures in
      let index = Int(minute - first)
      guard periods.indices.contains(index) else { return }
      periods[index].total += total
      periods[index].failures += failures
    }
    return periods.map {
      AvailabilityPeriod(start: $0.minute * AvailabilityTrend.minute, calls: $0.total, failures: $0.failures)
    }
  }

  /// How long the calls of the last five to ten minutes took that ended in success or failure; nil where durations are
  /// not measured (`slowCallThreshold`, `recordsDurations`).
  ///
  /// Constant memory: 4 KiB, where durations are measured. Takes no lock.
  public func responseTimes(on runtime: Runtime = .live) -> ResponseTimes? {
    guard let counts = self.latencies?.counts(at: runtime.coarseNow()) else { return nil }
    let total = counts.reduce(0, +)
    func percentile(_ share: Double) -> Duration {
      let rank = max(1, Int((Double(total) * share).rounded(.up)))
      var sum = 0
      for (index, count) in counts.enumerated() {
        sum += count
        if sum >= rank { return .nanoseconds(LatencyCounts.middle(index)) }
      }
      return .zero
    }
    let buckets = counts.enumerated().compactMap { index, count in
      count == 0 ? nil : ResponseTimes.Bucket(below: .nanoseconds(LatencyCounts.end(index)), count: count)
    }
    return ResponseTimes(
      buckets: buckets, count: total, p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99))
  }

  func recordDuration(_ nanoseconds: Int64, at now: Instant) { self.latencies?.record(nanoseconds, at: now) }

  /// Once made they stay until the breaker ends.
  private var latencies: LatencyCounts? {
    let address = self.shared[Self.durations].pointee.load(ordering: .acquiring)
    return UnsafeRawPointer(bitPattern: UInt(address)).map {
      Unmanaged<LatencyCounts>.fromOpaque($0).takeUnretainedValue()
    }
  }
}

extension CircuitBreaker.Core {
  /// Tells the trend what a count window has counted since it was last asked; time windows tell by themselves.
  mutating func sample(failures: Int = 0, at now: Instant) {
    guard let recorded = self.box.window.recorded else { return }
    let successes = Int(recorded &- self.sampledCursor) - failures
    if failures > 0 { self.trend.add(total: failures, failures: failures, at: now) }
    if successes > 0 {
      let start = self.sampledAt == 0 ? now : self.sampledAt
      self.trend.add(total: successes, failures: 0, from: start, to: max(start, now) + 1, at: now)
    }
    self.sampledCursor = recorded
    self.sampledAt = now
  }
}
