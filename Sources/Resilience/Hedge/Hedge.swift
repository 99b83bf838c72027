internal import Synchronization

/// Starts a second attempt when the first one takes unusually long; the first success wins.
///
/// ```swift
/// let search = Pipeline("search") {
///   Timeout(.seconds(2))
///   Hedge("search", .init(delay: .percentile(maxExtraLoad: 0.05)))
/// }
/// let hits = try await search { try await index.find(words) }
/// ```
/// For reads whose latency has a long tail. The losers are cancelled and awaited before the result is returned, so
/// nothing outlives the call. A failure does not win while another attempt is under way; a failure before the delay is
/// a `Retry`'s business, and ends the call. A call that is not idempotent, or may not be repeated, is run once.
///
/// The operation runs more than once at a time, so it has to be `@Sendable`. Cost: a task group with two
/// children; a call that cannot be hedged costs two clock readings.
public final class Hedge: ConcurrentPolicy {
  /// The hedge's name, in events.
  public let name: String
  /// What the hedge was made with.
  public let configuration: Configuration

  private let latencies: Lock<LatencyMachine>
  /// The delay by the last look at the latencies; `.max` while there are not enough.
  private let observedDelay = Atomic<Int64>(.max)

  /// Makes a hedge; settings out of range are brought to the nearest that is allowed.
  public init(_ name: String = "", _ configuration: Configuration = Configuration()) {
    self.name = name
    self.configuration = configuration
    self.latencies = Lock(LatencyMachine(configuration))
  }

  /// Makes a hedge of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(_ name: String = "", validating configuration: Configuration) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("hedge '\(name)'", problems) }
    self.init(name, configuration)
  }

  /// How long an attempt is waited for before the next one begins; nil while too few latencies are known.
  public var delay: Duration? {
    let delay = self.currentDelay
    return delay == .max ? nil : .nanoseconds(delay)
  }

  private var currentDelay: Int64 {
    switch self.configuration.delay {
    case .fixed(let delay): max(0, delay.nanoseconds)
    case .percentile: self.observedDelay.load(ordering: .relaxed)
    }
  }

  /// Runs the operation, and again beside it when it takes long.
  ///
  /// - Throws: When every attempt failed, the first attempt's error, unchanged.
  public func executeConcurrently<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    let started = context.runtime.now()
    self.configuration.countedBudget?.callStarted(at: started)
    defer { self.configuration.countedBudget?.callEnded() }
    let delay = self.currentDelay
    let deadline = context.effectiveDeadline
    let mayHedge =
      context.isIdempotent && context.mayRepeat && self.configuration.mostHedges > 0 && delay < .max
      && started + delay < deadline
    guard mayHedge else { return try await self.once(context, started, operation) }
    return try await withoutActuallyEscaping(operation) { operation in
      var race = Race<Value>(self, context, delay: delay, deadline: deadline, started: started)
      return try await race.run(operation)
    }
  }

  /// Runs an operation that cannot run twice at a time: once, and looks how long it takes.
  func executeOnce<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    let started = context.runtime.now()
    self.configuration.countedBudget?.callStarted(at: started)
    defer { self.configuration.countedBudget?.callEnded() }
    return try await self.once(context, started, operation)
  }

  /// Runs the operation once, and looks how long it takes.
  private func once<Value>(
    _ context: Context, _ started: Instant, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    do {
      let value = try await operation(context)
      self.record(since: started, context.runtime)
      return value
    } catch {
      if Self.isTimeout(error) { self.record(since: started, context.runtime) }
      throw error
    }
  }

  /// A first attempt has succeeded, has timed out or was superseded by another.
  ///
  /// Without the last two the percentile would see only what was fast, and hedge more and more.
  func record(since started: Instant, _ runtime: Runtime) {
    guard case .percentile = self.configuration.delay else { return }
    let now = runtime.now()
    self.latencies.withLock { latencies in
      latencies.record(now - started, at: now)
      if let delay = latencies.refreshed(at: now) { self.observedDelay.store(delay, ordering: .relaxed) }
    }
  }

  static func isTimeout(_ error: any Error) -> Bool { (error as? any CategorizedError)?.category == .timeout }
}
