internal import Logging
internal import ResilienceInterfaces

/// Everything that the server can be asked.
struct OperationsRoutes: Sendable {
  let configuration: OperationsConfiguration
  let plane: any ControlPlane
  let clock: OperationsClock
  let sessions: SessionTable
  let limiter: LoginLimiter
  let streams: EventStreams
  /// The sessions that are kept for services; nil: none.
  var keptSessions: OperationsSessions?
  var logger = Logger(label: "resilience.operations")

  /// All routes, in the order of the documentation.
  func all() -> [OperationsRoute] {
    let routes =
      self.healthRoutes() + self.degradationRoutes() + self.modeRoutes() + self.toggleRoutes()
      + self.remoteEvaluationRoutes() + self.reviewRoutes() + self.stateRoutes() + self.overrideRoutes()
      + self.settingRoutes() + self.healingRoutes() + self.exampleRoutes() + self.queueRoutes()
      + self.storedSessionRoutes()
      + self.recordRoutes()
      + self.sessionRoutes() + self.consoleRoutes()
    return routes + [self.documentRoute(of: routes)]
  }

  /// The member that every write has.
  static let reasonField = OperationsRoute.Field(
    name: "reason", type: "string", isRequired: true, summary: "Why; 1 to 500 characters, kept in the audit.")
}
