internal import Foundation

/// What the server knows of time: sessions, limits and events use it, tests replace it.
struct OperationsClock: Sendable {
  /// Unix milliseconds.
  let now: @Sendable () -> Int64
  /// Waits for a number of milliseconds.
  let sleep: @Sendable (Int64) async throws -> Void

  /// The machine's clock.
  static let live = OperationsClock(
    now: { Int64(Date().timeIntervalSince1970 * 1000) }, sleep: { try await Task.sleep(for: .milliseconds($0)) })
}
