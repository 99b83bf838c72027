public import Resilience

/// A caller's own check, as a closure.
///
/// ```swift
/// let check = CustomCheck { _ in try await licences.count() > 0 ? .healthy : .degraded("no licence is left") }
/// ```
public struct CustomCheck: HealthCheck {
  private let body: @Sendable (Context) async throws -> CheckResult

  /// Makes a check of a closure.
  public init(_ body: @escaping @Sendable (Context) async throws -> CheckResult) { self.body = body }

  /// Looks once.
  ///
  /// - Throws: What the closure throws.
  public func check(in context: Context) async throws -> CheckResult { try await self.body(context) }
}
