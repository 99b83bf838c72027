public import Resilience

extension ServiceError {
  /// The kinds of error that services tell apart.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The request breaks a rule of form.
    case validation
    /// The request is well formed and breaks a rule of the business.
    case businessRule
    /// The request does not fit the state that a workflow is in.
    case workflow
    /// There is no such thing.
    case notFound
    /// The request does not fit what is there already.
    case conflict
    /// Somebody else changed the same thing at the same time.
    case concurrentAccess
    /// The service, or a dependency, takes no calls at present.
    case serviceUnavailable
    /// A dependency failed or could not be reached.
    case externalService
    /// The caller, or we, ask more often than allowed.
    case rateLimited
    /// The caller did not prove who it is.
    case authentication
    /// The caller may not do this.
    case authorization
    /// Stored data cannot be read.
    case storageCorrupted
    /// There was no answer in time.
    case timeout
    /// A fault of the service itself.
    case `internal`

    /// The stable code.
    public var code: ErrorCode {
      switch self {
      case .validation: .validation
      case .businessRule: .businessRule
      case .workflow: .workflow
      case .notFound: .notFound
      case .conflict, .concurrentAccess: .conflict
      case .serviceUnavailable: .serviceUnavailable
      case .externalService: .externalService
      case .rateLimited: .rateLimited
      case .authentication: .authentication
      case .authorization: .authorization
      case .storageCorrupted: .storageCorrupted
      case .timeout: .timeout
      case .internal: .internal
      }
    }

    /// What policies make of it.
    public var category: FailureCategory {
      switch self {
      case .validation, .businessRule: .validation
      case .workflow, .conflict, .concurrentAccess: .conflict
      case .notFound: .notFound
      case .serviceUnavailable: .unavailable
      case .externalService, .storageCorrupted, .internal: .server
      case .rateLimited: .rateLimited
      case .authentication: .authentication
      case .authorization: .authorization
      case .timeout: .timeout
      }
    }

    /// Whether the same request may well succeed later.
    public var isRetryable: Bool {
      switch self {
      case .concurrentAccess, .serviceUnavailable, .externalService, .rateLimited, .timeout: true
      case .validation, .businessRule, .workflow, .notFound, .conflict, .authentication, .authorization,
        .storageCorrupted, .internal:
        false
      }
    }

    /// How much it matters.
    public var severity: Severity {
      switch self {
      case .validation, .businessRule, .workflow, .notFound, .conflict: .info
      case .concurrentAccess, .rateLimited, .authentication, .authorization: .warning
      case .serviceUnavailable, .externalService, .timeout, .internal: .error
      case .storageCorrupted: .critical
      }
    }

    /// What people are told: what it means for them and what they can do, and nothing of the inside.
    public var userMessage: String {
      switch self {
      case .validation: "Something in the request is not right. Check what you entered and try again."
      case .businessRule: "This cannot be done as asked. Change the request and try again."
      case .workflow: "This step is not possible now. Reload to see where things stand."
      case .notFound: "What you are looking for is not there, or not any more."
      case .conflict: "This does not fit what is there already. Reload and try again."
      case .concurrentAccess: "Somebody else has just changed the same thing. Reload and try again."
      case .serviceUnavailable: "This is not available at the moment. Please try again in a little while."
      case .externalService: "A service that we depend on does not work as it should. Please try again later."
      case .rateLimited: "That was too often. Wait a moment and try again."
      case .authentication: "Please sign in and try again."
      case .authorization: "You may not do this. Ask somebody who may."
      case .storageCorrupted: "Something went wrong with stored data. We have to repair it; trying again does not help."
      case .timeout: "This took too long. Please try again."
      case .internal: "Something went wrong on our side. We have been told."
      }
    }
  }
}
