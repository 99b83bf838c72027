/// One thing that `resilience check` looks for, with what there is to say about it.
///
/// A rule looks at a configuration alone: no file, no clock, no chance.
public struct CheckRule: Sendable {
  /// What a rule has found, before it has a place.
  struct Hit: Sendable {
    /// The key of the value to change.
    let key: String
    /// The dependency that it is about.
    let dependency: String
    let message: String
    var figures: [ConfigurationFinding.Figure] = []
    let remedy: String
  }

  /// The stable name: small letters and hyphens.
  public let id: String
  /// How much its findings weigh.
  public let severity: ConfigurationFinding.Severity
  /// What it looks for, in one sentence.
  public let title: String
  /// Why it exists.
  public let reason: String
  /// What happens to those who do not follow it.
  public let consequence: String
  let find: @Sendable (ServiceConfiguration) -> [Hit]

  /// Where it is explained.
  public var documentation: String { "Documentation/Check.md#\(self.id)" }

  /// A rule that looks at the configuration as a whole.
  init(
    _ id: String, _ severity: ConfigurationFinding.Severity, _ title: String, why reason: String,
    otherwise consequence: String, whole find: @escaping @Sendable (ServiceConfiguration) -> [Hit]
  ) {
    self.id = id
    self.severity = severity
    self.title = title
    self.reason = reason
    self.consequence = consequence
    self.find = find
  }

  /// A rule that looks at each dependency by itself.
  init(
    _ id: String, _ severity: ConfigurationFinding.Severity, _ title: String, why reason: String,
    otherwise consequence: String, each find: @escaping @Sendable (DependencyConfiguration) -> Hit?
  ) {
    self.init(id, severity, title, why: reason, otherwise: consequence) { (service: ServiceConfiguration) in
      service.withOwnBulkheads.dependencies.compactMap(find)
    }
  }

  /// Every rule, in the order of the documentation.
  public static let all: [CheckRule] = [
    .attemptsDoNotFit, .noAttemptTimeout, .totalTimeoutWithoutEffect, .deadlineCannotBeMet, .callerGivesUpFirst,
    .queueOutlastsTimeout, .retryAmplification, .hedgeTimesRetry, .hedgeNeverBegins, .oneCallSpendsRateLimit,
    .unsafeRetries, .noJitter, .breakerCannotTrip, .breakerBlindToHanging, .oneCallTripsBreaker, .slowBeyondTimeout,
    .windowTooShort, .breakerCannotClose, .opensShorterThanAttempt, .limitNeverReached, .fallbackSharesFate,
  ]
}

extension CheckRule.Hit {
  /// A finding about a dependency's setting.
  init(
    _ dependency: DependencyConfiguration, _ key: String, _ message: String,
    _ figures: [ConfigurationFinding.Figure] = [], remedy: String
  ) {
    self.init(
      key: "dependencies.\(dependency.name).\(key)", dependency: dependency.name, message: message, figures: figures,
      remedy: remedy)
  }
}
