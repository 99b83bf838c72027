extension AbandoningTimeout {
  /// One operation and the caller who waits for it; whoever is first decides what becomes of the result.
  final class Race<Value: Sendable>: Sendable {
    enum Outcome: Sendable {
      case finished(Result<Value, any Error>)
      case abandoned(Parking.Wake)
    }

    private enum State {
      case running
      case finished(Result<Value, any Error>)
      /// Nobody waits any more: the result is dropped.
      case abandoned
    }

    private let timeout: AbandoningTimeout
    private let parking = Parking()
    private let state = Lock(State.running)

    init(_ timeout: AbandoningTimeout) { self.timeout = timeout }

    /// The operation's side.
    func run(_ context: Context, _ operation: @Sendable (Context) async throws -> Value) async {
      let result: Result<Value, any Error>
      do { result = .success(try await operation(context)) } catch { result = .failure(error) }
      let isWaitedFor = self.state.withLock { state in
        guard case .running = state else { return false }
        state = .finished(result)
        return true
      }
      if isWaitedFor { self.parking.wake(.granted) } else { self.timeout.ended() }
    }

    /// The caller's side.
    ///
    /// A result that is there counts, also when the deadline passed before the caller woke up.
    func wait(until deadline: Instant, on runtime: Runtime) async -> Outcome {
      let wake = await self.parking.park(until: deadline, on: runtime)
      return self.state.withLock { state in
        if case .finished(let result) = state { return .finished(result) }
        state = .abandoned
        self.timeout.began()  // atomics only; before the operation can end
        return .abandoned(wake)
      }
    }
  }
}
