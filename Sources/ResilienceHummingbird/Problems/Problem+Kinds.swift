internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension Problem {
  /// 400: the request cannot be understood.
  static func malformed(_ detail: String) -> Problem {
    Problem(status: .badRequest, code: .validation, detail: detail)
  }

  /// 422: the request is understood, but holds something that is not allowed.
  static func unprocessable(field: String, found: String, allowed: String) -> Problem {
    Problem(
      status: .unprocessableContent, code: .validation, detail: "'\(field)' is \(found); allowed: \(allowed).")
  }

  /// 404: there is no such thing.
  static func notFound(_ detail: String) -> Problem {
    Problem(status: .notFound, code: .notFound, detail: detail)
  }

  /// 405: the thing exists, the method does not.
  static func methodNotAllowed(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> Problem {
    let list = Set(allowed.map(\.rawValue) + (allowed.contains(.get) ? ["HEAD"] : [])).sorted().joined(separator: ", ")
    return Problem(
      status: .methodNotAllowed, code: .validation,
      detail: "\(method.rawValue) is not possible here; allowed: \(list).",
      headers: [.allow: list])
  }

  /// 401: nobody is known to send this request.
  static func unauthenticated(_ detail: String) -> Problem {
    Problem(
      status: .unauthorized, code: .authentication, detail: detail,
      headers: [.wwwAuthenticate: "Bearer realm=\"resilience operations\""])
  }

  /// 403: whoever sends this request may not do that.
  static func forbidden(_ detail: String) -> Problem {
    Problem(status: .forbidden, code: .authorization, detail: detail)
  }

  /// 413: the body is too large.
  static func tooLarge(limit: Int) -> Problem {
    Problem(
      status: .contentTooLarge, code: .validation,
      detail: "The body is larger than the \(limit) bytes that are allowed.")
  }

  /// 408: the body did not come in time.
  static let tooLate = Problem(
    status: .requestTimeout, code: .validation,
    detail: "The request's body did not come in time; send it at once, and as a whole.")

  /// 429 or 503: try again later.
  static func later(_ status: HTTPResponse.Status, _ detail: String, retryAfterSeconds seconds: Int) -> Problem {
    Problem(
      status: status, code: status == .tooManyRequests ? .rateLimited : .serviceUnavailable, detail: detail,
      headers: [.retryAfter: "\(seconds)"], retryAfterSeconds: seconds)
  }

  /// What a control plane's refusal looks like from outside.
  init(_ failure: ControlFailure) {
    switch failure {
    case .unknownBreaker, .unknownDependency, .unknownExample, .unknownQueue, .unknownQueueItem, .unknownToggle,
      .unknownReview,
      .unknownWorkflow, .unknownRun, .unknownSetting:
      self = .notFound(failure.description)
    case .conflict, .fixedSetting: self.init(status: .conflict, code: .conflict, detail: failure.description)
    case .invalidSettings:
      self.init(status: .unprocessableContent, code: .validation, detail: failure.description)
    case .invalid(let field, let found, let allowed):
      self = .unprocessable(field: field, found: "'\(found)'", allowed: allowed)
    case .queue(let failure) where failure.kind == .conflict:
      self.init(status: .conflict, code: .conflict, detail: "\(failure.detail) \(failure.remedy)")
    case .queue(let failure):
      self = .later(
        .serviceUnavailable, "The queue cannot be read or changed now (\(failure.kind.rawValue)). See the log.",
        retryAfterSeconds: 5)
    case .queueStopped(let count, let done, let failure):
      self = .later(
        .serviceUnavailable,
        "\(count) \(count == 1 ? "item was" : "items were") \(done), then the store failed "
          + "(\(failure.kind.rawValue)); the others are as they were. See the audit.",
        retryAfterSeconds: 5)
    case .storage(let storage) where storage.kind == .corrupt || storage.kind == .tooNew:
      // The remedy names files of this machine: it belongs into the log, not into an answer.
      self.init(
        status: .internalServerError, code: .storageCorrupted,
        detail:
          "The change is not in force, because the storage cannot be read (\(storage.kind.rawValue)). See the log.")
    case .storage(let storage):
      self = .later(
        .serviceUnavailable,
        "The change is not in force, because it could not be saved (\(storage.kind.rawValue)). See the log; try again.",
        retryAfterSeconds: 5)
    }
  }
}
