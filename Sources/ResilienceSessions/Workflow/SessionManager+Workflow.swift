public import Resilience
internal import ResilienceInterfaces

extension SessionManager {
  /// Runs the steps of a workflow on a session, one after the other, and keeps after each how far it has come.
  ///
  /// The progress is in the session itself: attribute `workflow.NAME` counts the finished steps, and
  /// `workflow.NAME.error` tells the last failure. Called again, after a failure or a crash, it goes on behind the last
  /// finished step; a step that was cut off runs again, so make steps idempotent. In one process one workflow runs on
  /// a session at a time; plain readings and changes of the session are free meanwhile, and a change that gets in
  /// between ends the step with `concurrentAccess`.
  /// - Parameters:
  ///   - workflow: Its name: letters, digits, `-` and `_`, up to 55 characters. The progress is one attribute, which
  ///     has to fit beside the session's own (`maxAttributes`), or no step is run.
  ///   - id: The session.
  ///   - steps: What is done, in order; do not reorder the steps of workflows that are under way.
  ///   - context: What is known of the call.
  /// - Throws: `ServiceError`, ready to be answered with: kind `validation` or `workflow` where a step's `validate`
  ///   threw, else what the error stands for; `CancellationError`.
  /// - Returns: The session after the last step.
  @discardableResult
  public func run(
    _ workflow: String, on id: SessionID, _ steps: [SessionStep], in context: Context? = nil
  ) async throws -> Session {
    let context = context ?? Context(self.runtime)
    do {
      return try await self.locks.withLock("workflow/\(id.text)", in: context) {
        var session = try await self.get(id, in: context)
        // What is stored may have been written by anybody.
        let finished = session.attributes["workflow.\(workflow)"].flatMap { Int($0) } ?? 0
        for (index, step) in steps.enumerated().dropFirst(max(0, finished)) {
          session = try await self.run(step, at: index, of: workflow, session, context)
        }
        return session
      }
    } catch {
      throw self.standard(error, workflow, id)
    }
  }

  private func run(
    _ step: SessionStep, at index: Int, of workflow: String, _ session: Session, _ context: Context
  ) async throws -> Session {
    do {
      try step.validate(session)
      try self.checkProgress(workflow, session)
      let changed = try await Retry(step.retry).execute(in: context) { context in
        try await Timeout(step.timeout ?? self.configuration.maxHold, name: step.name).execute(in: context) { context in
          var copy = session
          try await step.body(&copy, context)
          return copy
        }
      }
      return try await self.update(session.id, expecting: session.version, in: context) {
        $0.state = changed.state
        $0.attributes = changed.attributes
        $0.attributes["workflow.\(workflow)"] = String(index + 1)
        $0.attributes["workflow.\(workflow).error"] = nil
      }
    } catch {
      if error is CancellationError { throw error }
      let failure = self.failure(error, step, workflow, session.id)
      // That the note cannot be taken is no reason to hide what went wrong.
      _ = try? await self.update(session.id, in: context) {
        $0.attributes["workflow.\(workflow).error"] = "\(step.name): \(failure.kind.rawValue)"
      }
      throw failure
    }
  }

  /// Whether the session can take the note of its progress: found out after the step's body, that body would run again
  /// at each call and never be done.
  private func checkProgress(_ workflow: String, _ session: Session) throws(SessionError) {
    var noted = session.attributes
    noted["workflow.\(workflow)"] = "1"
    try self.check(
      Session(
        id: session.id, version: session.version, state: session.state, attributes: noted, created: session.created,
        updated: session.updated), .orchestrate)
  }

  private func failure(
    _ error: any Error, _ step: SessionStep, _ workflow: String, _ id: SessionID
  ) -> ServiceError {
    var failure = (error as? SessionError)?.serviceError ?? ServiceError(error, operation: "workflow.\(workflow)")
    failure.operation = "workflow.\(workflow)"
    failure.context["session"] = id.text
    failure.context["step"] = step.name
    return failure
  }

  private func standard(_ error: any Error, _ workflow: String, _ id: SessionID) -> any Error {
    switch error {
    case let error as ServiceError: error
    case let error as SessionError: error.serviceError
    case let rejection as Rejection where rejection.reason != .cancelled:
      ServiceError(
        .concurrentAccess, "another workflow holds session '\(id)' for too long: try again later",
        context: ["session": id.text], operation: "workflow.\(workflow)")
    default: CancellationError()
    }
  }
}
