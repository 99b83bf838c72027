internal import Resilience

/// A failed exchange as policies see it.
struct UpstreamError: CategorizedError {
  let failure: UpstreamFailure

  var category: FailureCategory {
    switch self.failure.kind {
    case .resolution, .connectRefused, .tls, .reset, .closedEarly, .malformedResponse: .connection
    case .connectTimeout: .timeout
    case .connectionLimit: .unavailable
    case .invalidRequest: .validation
    case .shutDown: .cancelled
    }
  }

  var transmission: Transmission {
    switch self.failure.stage {
    case .neverSent: .neverSent
    case .sentUnknown: .unknown
    case .answered: .answered
    }
  }
}
