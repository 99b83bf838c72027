import Foundation
import NIOCore
import NIOPosix

/// Keeps every thread of Swift's shared pool busy until it is released.
final class PoolBlocker: Sendable {
  private let started = DispatchSemaphore(value: 0)
  private let gate = DispatchSemaphore(value: 0)
  private let count = max(ProcessInfo.processInfo.activeProcessorCount, 1)

  /// Fills the pool, runs a body on a thread of its own, then frees the pool.
  func whileBlocked<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    for _ in 0..<self.count {
      Task.detached {
        self.started.signal()
        self.gate.wait()
      }
    }
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        for _ in 0..<(self.count) { self.started.wait() }
        let value = body()
        for _ in 0..<self.count { self.gate.signal() }
        continuation.resume(returning: value)
      }
    }
  }
}
