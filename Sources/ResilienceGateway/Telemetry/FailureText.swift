internal import Resilience

/// A failure in words that may be shown to operators: no address, no header, no body.
enum FailureText {
  static func of(_ error: any Error) -> String {
    switch error {
    case let failure as UpstreamError: "\(failure.failure.kind.rawValue) (\(failure.failure.stage.rawValue))"
    case let result as FailingResponse: "status \(result.status)"
    case let rejection as Rejection where rejection.reason == .timeout: "no answer in time"
    case let rejection as Rejection: "\(rejection.policy.rawValue) \(rejection.reason.rawValue)"
    case let error as any CategorizedError: error.category.rawValue
    case is CancellationError: "cancelled"
    default: "\(type(of: error))"
    }
  }
}
