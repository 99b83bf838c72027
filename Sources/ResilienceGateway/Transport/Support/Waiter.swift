internal import Resilience

/// One value that one task waits for, across threads, given once; giving up (cancellation) counts as an error given.
final class Waiter<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(CheckedContinuation<Value, any Error>)
    case done(Result<Value, any Error>)
  }

  private let state = Lock(State.empty)

  /// Waits for the value; throws `CancellationError` as soon as the task is cancelled.
  func wait() async throws -> Value {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result = self.state.withLock { state -> Result<Value, any Error>? in
          if case .done(let result) = state { return result }
          state = .waiting(continuation)
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      self.resolve(.failure(CancellationError()))
    }
  }

  /// Gives the value or an error.
  ///
  /// `false`: something was given before, and this one is dropped.
  @discardableResult
  func resolve(_ result: Result<Value, any Error>) -> Bool {
    let (isFirst, continuation) = self.state.withLock { state -> (Bool, CheckedContinuation<Value, any Error>?) in
      switch state {
      case .done:
        return (false, nil)
      case .empty:
        state = .done(result)
        return (true, nil)
      case .waiting(let continuation):
        state = .done(result)
        return (true, continuation)
      }
    }
    continuation?.resume(with: result)
    return isFirst
  }
}
