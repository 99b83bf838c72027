internal import Synchronization

/// Whether a call may still be repeated; the operation can forbid it while it runs.
///
/// Give one to the call's context when an attempt can pass a point of no return: a streamed body was consumed, the answer
/// has begun to leave. From then on no policy starts another attempt.
public final class Repetition: Sendable {
  private let isForbidden = Atomic<Bool>(false)

  /// Allows repetition, until somebody forbids it.
  public init() {}

  /// From now on the call may not be repeated.
  public func forbid() { self.isForbidden.store(true, ordering: .releasing) }

  /// Whether the call may be repeated.
  public var isAllowed: Bool { !self.isForbidden.load(ordering: .acquiring) }
}
