import Synchronization

/// A suspended call that is woken exactly once: by somebody, by its deadline or by its task's cancellation, whichever
/// is first.
///
/// Sleeping, waiting for a bulkhead's slot: all of it is this.
final class Parking: TimerEntry, @unchecked Sendable {
  enum Wake: UInt8 { case granted = 2, deadline, cancelled, refused }

  private let state = Atomic<UInt8>(0)  // 0 new, 1 parked, else a Wake
  private var continuation: UnsafeContinuation<Void, Never>?

  override func fire() { self.wake(.deadline) }

  /// Decides why it wakes, and wakes it.
  ///
  /// False: somebody else was first.
  @discardableResult
  func wake(_ reason: Wake) -> Bool {
    guard let claim = self.claim(reason) else { return false }
    claim.resume()
    return true
  }

  /// Decides why it wakes, for callers who hold a lock: resuming runs an executor's code.
  ///
  /// Nil: somebody else was first.
  func claim(_ reason: Wake) -> Claim? {
    let raw = reason.rawValue
    if self.state.compareExchange(expected: 0, desired: raw, ordering: .acquiringAndReleasing).exchanged {
      return Claim(continuation: nil)  // not parked yet: it will see
    }
    guard self.state.compareExchange(expected: 1, desired: raw, ordering: .acquiringAndReleasing).exchanged
    else { return nil }
    return Claim(continuation: self.continuation)
  }

  /// A waking that is decided and still has to be carried out.
  struct Claim {
    fileprivate let continuation: UnsafeContinuation<Void, Never>?
    func resume() { self.continuation?.resume() }
  }

  func park(until deadline: Instant, on runtime: Runtime) async -> Wake {
    runtime.arm(self, at: deadline)
    await withTaskCancellationHandler {
      await withUnsafeContinuation {
        self.continuation = $0
        // Lost: it was woken before it could park.
        if !self.state.compareExchange(expected: 0, desired: 1, ordering: .acquiringAndReleasing).exchanged {
          $0.resume()
        }
      }
    } onCancel: {
      self.wake(.cancelled)
    }
    runtime.disarm(self)
    return Wake(rawValue: self.state.load(ordering: .acquiring)) ?? .cancelled
  }
}
