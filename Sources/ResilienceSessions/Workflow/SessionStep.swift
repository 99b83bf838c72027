public import Resilience

/// One step of a workflow on a session.
public struct SessionStep: Sendable {
  /// Its name, in errors and attributes.
  public let name: String
  let retry: Retry.Configuration
  let timeout: Duration?
  let validate: @Sendable (Session) throws -> Void
  let body: @Sendable (inout Session, Context) async throws -> Void

  /// Describes a step.
  ///
  /// - Parameters:
  ///   - name: Its name; unique in the workflow.
  ///   - retry: How its failures are retried; default three attempts. What is not transient is never retried.
  ///   - timeout: How long one attempt may take; nil: as long as the manager's `maxHold`.
  ///   - validate: Whether the session is in a state for this step; throws what is wrong.
  ///   - body: Does the work and changes the session; starts from the stored session at each attempt.
  public init(
    _ name: String, retry: Retry.Configuration = .init(), timeout: Duration? = nil,
    validate: @escaping @Sendable (Session) throws -> Void = { _ in },
    _ body: @escaping @Sendable (inout Session, Context) async throws -> Void
  ) {
    self.name = name
    self.retry = retry
    self.timeout = timeout
    self.validate = validate
    self.body = body
  }
}
