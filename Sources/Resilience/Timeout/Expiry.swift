internal import Synchronization

extension Timeout {
  /// Ends a child at an instant, or with its caller; remembers which came first.
  @usableFromInline
  final class Expiry: TimerEntry, @unchecked Sendable {
    enum Cause: UInt8 { case none, deadline, caller }

    private let cause = Atomic<UInt8>(Cause.none.rawValue)
    private let child: Task<Void, any Error>

    init(_ child: Task<Void, any Error>) { self.child = child }

    @usableFromInline
    override func fire() { self.end(.deadline) }

    func end(_ cause: Cause) {
      _ = self.cause.compareExchange(
        expected: Cause.none.rawValue, desired: cause.rawValue, ordering: .acquiringAndReleasing)
      self.child.cancel()
    }

    /// True: the deadline passed first.
    @usableFromInline
    @inline(never)
    static func `await`(
      _ child: Task<Void, any Error>, until deadline: Instant, _ runtime: Runtime,
      isolation: isolated (any Actor)? = #isolation
    ) async -> Bool {
      let expiry = Expiry(child)
      runtime.arm(expiry, at: deadline)
      await withTaskCancellationHandler {
        _ = try? await child.value
      } onCancel: {
        expiry.end(.caller)
      }
      runtime.disarm(expiry)
      return expiry.cause.load(ordering: .acquiring) == Cause.deadline.rawValue
    }
  }
}
