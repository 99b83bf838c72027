public import Resilience

/// How errors of others become ours. One table for each source; what is in none is `internal`.
extension ServiceError {
  /// Makes an error of whatever was thrown.
  ///
  /// A `ServiceError` stays as it is but for what was unknown and is given here. Texts of foreign errors are not taken
  /// over, because nobody knows what is in them; of ours, those that promise to hold no secret.
  public init(
    _ error: any Error, correlationID: String? = CorrelationID.current, service: String? = nil,
    operation: String? = nil, dependency: String? = nil, time: Int64? = nil
  ) {
    var made: ServiceError
    switch error {
    case let error as ServiceError: made = error
    case let error as Rejection: made = ServiceError(rejection: error)
    case let error as ControlStoreFailure:
      made = ServiceError(Kind(storage: error.kind), "the storage failed: \(error.kind.rawValue)", correlationID: nil)
    case is CancellationError:
      made = ServiceError(.timeout, "nobody waits for the answer any more", isRetryable: false, correlationID: nil)
    case let error as any CategorizedError:
      let wait = error.retryAfter.map { $0.milliseconds }
      made = ServiceError(
        Kind(category: error.category), "\(type(of: error)): \(error.category.rawValue)", correlationID: nil,
        retryAfterMilliseconds: wait)
    default: made = ServiceError(.internal, "\(type(of: error))", correlationID: nil)
    }
    made.correlationID = made.correlationID ?? correlationID
    made.service = made.service ?? service
    made.operation = made.operation ?? operation
    made.dependency = made.dependency ?? dependency
    made.time = made.time ?? time
    self = made
  }

  /// A policy's refusal, with what the policy knows.
  private init(rejection: Rejection) {
    let kind = Kind(category: rejection.category)
    var context = ["policy": rejection.policy.rawValue, "reason": rejection.reason.rawValue]
    if let state = rejection.state { context["state"] = state }
    let name = rejection.name.isEmpty ? nil : rejection.name
    self.init(
      kind, "\(rejection.policy.rawValue) refused or ended the call: \(rejection.reason.rawValue)", context: context,
      correlationID: rejection.correlationID, dependency: name,
      retryAfterMilliseconds: rejection.retryAfter.map { $0.milliseconds })
  }
}

extension ServiceError.Kind {
  /// The kind that an HTTP status of a dependency stands for; nil below 400.
  ///
  /// A dependency's 401 and 403 are told as such, because the caller's credentials are passed on.
  public init?(status: Int) {
    switch status {
    case ..<400: return nil
    case 401, 407: self = .authentication
    case 403, 451: self = .authorization
    case 404, 410: self = .notFound
    case 409: self = .conflict
    case 412, 423, 428: self = .concurrentAccess
    case 422: self = .businessRule
    case 408, 504: self = .timeout
    case 425, 429: self = .rateLimited
    case 503, 507: self = .serviceUnavailable
    case 400..<500: self = .validation
    default: self = .externalService
    }
  }

  /// The kind that a category of failure stands for, whoever threw it: HTTP clients, NIO, gateways.
  public init(category: FailureCategory) {
    switch category {
    case .connection, .server: self = .externalService
    case .timeout, .cancelled: self = .timeout
    case .rateLimited: self = .rateLimited
    case .unavailable: self = .serviceUnavailable
    case .validation: self = .validation
    case .authentication: self = .authentication
    case .authorization: self = .authorization
    case .notFound: self = .notFound
    case .conflict: self = .conflict
    case .unknown: self = .internal
    }
  }

  /// The kind that a failure of a storage stands for; what SQLite reports through GRDB arrives as one of these.
  public init(storage: ControlStoreFailure.Kind) {
    switch storage {
    case .corrupt, .tooNew: self = .storageCorrupted
    case .locked: self = .concurrentAccess
    case .notWritable, .full: self = .serviceUnavailable
    case .other: self = .internal
    }
  }
}
