internal import Resilience

/// One reply that one task waits for, given once, from whichever thread; giving up counts as given.
final class ReplySlot<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(UnsafeContinuation<Result<Value, RedisError>, Never>)
    case done(Result<Value, RedisError>)
  }

  private let state = Lock(State.empty)

  /// Waits for the reply, and gives up with the given error as soon as the task is cancelled.
  func wait(cancelled: RedisError) async throws(RedisError) -> Value {
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        let result = self.state.withLock { state -> Result<Value, RedisError>? in
          if case .done(let result) = state { return result }
          state = .waiting(continuation)
          return nil
        }
        if let result { continuation.resume(returning: result) }
      }
    } onCancel: {
      self.resolve(.failure(cancelled))
    }
    return try result.get()
  }

  /// Whether the reply was given.
  var isResolved: Bool {
    self.state.withLock { if case .done = $0 { true } else { false } }
  }

  /// Gives the reply.
  ///
  /// False: something was given before, and this one is dropped.
  @discardableResult
  func resolve(_ result: Result<Value, RedisError>) -> Bool {
    let (isFirst, continuation) = self.state.withLock {
      state -> (Bool, UnsafeContinuation<Result<Value, RedisError>, Never>?) in
      switch state {
      case .done: return (false, nil)
      case .empty:
        state = .done(result)
        return (true, nil)
      case .waiting(let continuation):
        state = .done(result)
        return (true, continuation)
      }
    }
    continuation?.resume(returning: result)
    return isFirst
  }
}
