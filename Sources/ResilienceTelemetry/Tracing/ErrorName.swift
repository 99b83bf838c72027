internal import Resilience

/// What telemetry calls an error: OpenTelemetry's `error.type`, of low cardinality and without any of the error's data.
enum ErrorName {
  static func of(_ error: any Error) -> String {
    switch error {
    case let rejection as Rejection: rejection.reason.rawValue
    case is CancellationError: "cancelled"
    case let error as any CategorizedError: error.category.rawValue
    default: "\(type(of: error))"
    }
  }
}
