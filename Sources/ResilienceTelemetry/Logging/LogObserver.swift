public import Logging
public import Resilience
internal import Tracing

/// An observer that logs what policies decide, to the task's current logger (`Logger.current`) or to a given one.
///
/// Metadata: `policy`, `policy_name`, `operation`, `event`, `attempt`, `correlation_id`, and what the event has. Errors
/// are named by their kind and not by their text. Levels: refused calls and retries `debug`, time-outs and operators'
/// overrides `warning`, an opening breaker `error`, everything else `info`. Cost: one task-local and a level check for
/// each event, and nothing for calls that simply succeed.
public struct LogObserver: Observer {
  private let logger: Logger?
  private let next: (any Observer)?

  /// Makes an observer.
  ///
  /// - Parameters:
  ///   - logger: Where to log; nil takes the logger that is current where the policy decides.
  ///   - next: Hears everything too.
  public init(_ logger: Logger? = nil, next: (any Observer)? = nil) {
    self.logger = logger
    self.next = next
  }

  /// A policy has decided something.
  public func observe(_ event: Resilience.Event) {
    let logger = self.logger ?? Logger.current
    let level = Self.level(event.kind)
    if logger.logLevel <= level {
      let described = SpanEvents.spanEvent(event)
      var metadata: Logger.Metadata = ["event": .string(described.name), "policy": .string(event.policy.rawValue)]
      if !event.name.isEmpty { metadata["policy_name"] = .string(event.name) }
      if !event.operation.isEmpty { metadata["operation"] = .string(event.operation) }
      if let id = event.correlationID { metadata["correlation_id"] = .string(id) }
      metadata["attempt"] = .stringConvertible(event.attempt)
      for entry in TelemetryAttributes(described.attributes).entries where !entry.key.hasPrefix("resilience.policy") {
        metadata[entry.key] = .string(entry.value.text)
      }
      logger.log(level: level, "\(described.name)", metadata: metadata)
    }
    self.next?.observe(event)
  }

  private static func level(_ kind: Resilience.Event.Kind) -> Logger.Level {
    switch kind {
    case .transitioned(_, to: "open", _): .error
    case .timedOut, .overridden, .wouldHaveOpened: .warning
    case .attemptFailed, .rejected, .hedged, .hedgeWon, .hedgeSkipped: .debug
    default: .info
    }
  }
}
