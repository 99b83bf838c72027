public import Resilience

/// A dependency that does what its script says, call by call, in the runtime's time.
///
/// ```swift
/// let dependency = ScriptedDependency([.failure(Boom(), after: .seconds(1)), .success("ok")], on: simulation.runtime)
/// ```
/// When the script is at its end, the last step is repeated.
public final class ScriptedDependency<Value: Sendable>: Sendable {
  /// What one call meets.
  public enum Step: Sendable {
    /// Returns a value after a while.
    case success(Value, after: Duration = .zero)
    /// Throws after a while.
    case failure(any Error, after: Duration = .zero)
    /// Answers never; ends only when it is cancelled.
    case hang
  }

  private struct State {
    var calls = 0
    var inFlight = 0
    var mostInFlight = 0
    var calledAt: [Instant] = []
  }

  private let script: [Step]
  private let runtime: Runtime
  private let state = Lock(State())

  /// Makes a dependency; an empty script hangs.
  public init(_ script: [Step], on runtime: Runtime) {
    self.script = script
    self.runtime = runtime
  }

  /// Calls it.
  ///
  /// - Throws: What the script says, or `CancellationError`.
  public func call() async throws -> Value {
    let now = self.runtime.now()
    let number = self.state.withLock { state in
      state.calls += 1
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
      state.calledAt.append(now)
      return state.calls
    }
    defer { self.state.withLock { $0.inFlight -= 1 } }
    guard let last = self.script.last else { return try await self.hang() }
    switch number <= self.script.count ? self.script[number - 1] : last {
    case .success(let value, let delay):
      try await self.pause(delay)
      return value
    case .failure(let error, let delay):
      try await self.pause(delay)
      throw error
    case .hang: return try await self.hang()
    }
  }

  private func pause(_ delay: Duration) async throws {
    if delay > .zero { try await self.runtime.sleep(for: delay) }
  }

  private func hang() async throws -> Value {
    try await self.runtime.sleep(until: .max)
    throw CancellationError()
  }

  /// How often it was called.
  public var calls: Int { self.state.withLock { $0.calls } }
  /// How many calls are under way.
  public var inFlight: Int { self.state.withLock { $0.inFlight } }
  /// How many calls were under way at the same time at most.
  public var mostInFlight: Int { self.state.withLock { $0.mostInFlight } }
  /// When it was called, as time since the first call.
  public var callTimes: [Duration] {
    self.state.withLock { state in state.calledAt.map { .nanoseconds($0 - (state.calledAt.first ?? $0)) } }
  }
}
