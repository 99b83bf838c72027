internal import Resilience
internal import ResilienceInterfaces

/// Hands notices to whoever listens at the gateway, without ever waiting for a slow listener; bounded in listeners.
final class NoticeFeed: Sendable {
  private struct State {
    var limit: Int
    var last = 0
    var continuations: [Int: AsyncStream<ServiceNotice>.Continuation] = [:]
    var isFinished = false
  }

  private let state: Lock<State>

  init(limit: Int) { self.state = Lock(State(limit: limit)) }

  /// How many may listen at once.
  var limit: Int {
    get { self.state.withLock { $0.limit } }
    set { self.state.withLock { $0.limit = newValue } }
  }

  /// Hands a notice to every listener.
  func publish(_ notice: ServiceNotice) {
    let continuations = self.state.withLock { Array($0.continuations.values) }
    for continuation in continuations { continuation.yield(notice) }
  }

  /// Notices from now on; nil where too many listen already, or nothing is published any more.
  func listen() -> AsyncStream<ServiceNotice>? {
    let (stream, continuation) = AsyncStream.makeStream(of: ServiceNotice.self, bufferingPolicy: .bufferingNewest(64))
    let number: Int? = self.state.withLock { state in
      guard !state.isFinished, state.continuations.count < state.limit else { return nil }
      state.last += 1
      state.continuations[state.last] = continuation
      return state.last
    }
    guard let number else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.continuations.removeValue(forKey: number) }
    }
    return stream
  }

  /// Ends every listener's stream.
  func finish() {
    let ended = self.state.withLock { state in
      state.isFinished = true
      defer { state.continuations = [:] }
      return Array(state.continuations.values)
    }
    for continuation in ended { continuation.finish() }
  }
}
