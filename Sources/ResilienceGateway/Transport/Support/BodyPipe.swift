internal import NIOCore
internal import Resilience

/// The parts of one body on their way from a connection to the one task that reads them, with back-pressure: at
/// `highMark` bytes the connection stops reading, at `lowMark` it goes on.
final class BodyPipe: Sendable {
  private struct State {
    var parts = CircularBuffer<ByteBuffer>(initialCapacity: 1)
    var bytes = 0
    var end: Result<Void, any Error>?
    var reader: CheckedContinuation<ByteBuffer?, any Error>?
    var isPaused = false
    var wasRead = false
  }

  private static let highMark = 64 * 1024
  private static let lowMark = 16 * 1024

  private let state = Lock(State())
  /// Called without the lock, from any thread, when a paused connection may read again.
  private let resume: @Sendable () -> Void
  /// Called once, without the lock, before the first part is waited for.
  private let start: @Sendable () -> Void

  init(start: @escaping @Sendable () -> Void = {}, resume: @escaping @Sendable () -> Void) {
    self.start = start
    self.resume = resume
  }

  // MARK: the connection's side

  /// Hands a part over.
  ///
  /// Parts after the end are dropped.
  func push(_ part: ByteBuffer) {
    let reader = self.state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
      guard state.end == nil else { return nil }
      if let reader = state.reader.take() { return reader }
      state.parts.append(part)
      state.bytes += part.readableBytes
      return nil
    }
    reader?.resume(returning: part)
  }

  /// Ends the body, with an error if it is not whole.
  ///
  /// Only the first end counts.
  func end(_ result: Result<Void, any Error>) {
    let reader = self.state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
      guard state.end == nil else { return nil }
      state.end = result
      return state.reader.take()
    }
    reader?.resume(with: result.map { nil })
  }

  /// Ends the body with an error if its reader is waiting for it just now.
  func endIfAwaited(_ error: any Error) {
    let reader = self.state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
      guard state.end == nil, let reader = state.reader.take() else { return nil }
      state.end = .failure(error)
      return reader
    }
    reader?.resume(throwing: error)
  }

  /// Whether the connection must not read now; it is told when it may again.
  func mustPause() -> Bool {
    self.state.withLock { state in
      guard state.bytes >= Self.highMark, state.end == nil else { return false }
      state.isPaused = true
      return true
    }
  }

  // MARK: the reader's side

  /// The next part, or `nil` at the end.
  func next() async throws -> ByteBuffer? {
    try Task.checkCancellation()
    if let part = try self.take() { return part.value }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in self.wait(continuation) }
    } onCancel: {
      let reader = self.state.withLock { $0.reader.take() }
      reader?.resume(throwing: CancellationError())
    }
  }

  private struct Taken {
    var value: ByteBuffer?
  }

  /// What is there without waiting; `nil` if there is nothing.
  private func take() throws -> Taken? {
    let (taken, actions) = try self.state.withLock { state throws -> (Taken?, (starts: Bool, resumes: Bool)) in
      let starts = !state.wasRead
      state.wasRead = true
      let taken = try Self.take(&state)
      let resumes = state.isPaused && state.bytes <= Self.lowMark
      if resumes { state.isPaused = false }
      return (taken, (starts && taken == nil, resumes))
    }
    if actions.starts { self.start() }
    if actions.resumes { self.resume() }
    return taken
  }

  private static func take(_ state: inout State) throws -> Taken? {
    if let part = state.parts.popFirst() {
      state.bytes -= part.readableBytes
      return Taken(value: part)
    }
    guard let end = state.end else { return nil }
    try end.get()
    return Taken(value: nil)
  }

  private func wait(_ continuation: CheckedContinuation<ByteBuffer?, any Error>) {
    let result = self.state.withLock { state -> Result<ByteBuffer?, any Error>? in
      do {
        if let taken = try Self.take(&state) { return .success(taken.value) }
      } catch {
        return .failure(error)
      }
      if Task.isCancelled { return .failure(CancellationError()) }
      guard state.reader == nil else { return .failure(BodyReadTwice()) }
      state.reader = continuation
      return nil
    }
    if let result { continuation.resume(with: result) }
  }
}
