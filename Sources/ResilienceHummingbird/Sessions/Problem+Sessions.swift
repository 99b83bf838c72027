internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces
internal import ResilienceSessions

extension Problem {
  /// What a session's error looks like from outside.
  ///
  /// - Parameters:
  ///   - error: What happened.
  ///   - isPrecondition: Whether the expected version stood in `If-Match`.
  init(_ error: SessionError, isPrecondition: Bool = false) {
    var headers: HTTPFields = [:]
    if let version = error.currentVersion { headers[.eTag] = "\"\(version)\"" }
    let seconds = error.retryAfter.map { max(1, Int(($0 / .seconds(1)).rounded(.up))) }
    switch error.kind {
    case .notFound: self = .notFound(Self.sentence(error.reason))
    case .alreadyExists:
      self.init(status: .conflict, code: .conflict, detail: Self.sentence(error.reason))
    case .concurrentAccess where error.currentVersion != nil:
      self.init(
        status: isPrecondition ? .preconditionFailed : .conflict, code: .conflict, detail: Self.sentence(error.reason),
        headers: headers)
    case .concurrentAccess:
      self.init(
        status: .conflict, code: .conflict, detail: Self.sentence(error.reason),
        headers: [.retryAfter: "\(seconds ?? 1)"], retryAfterSeconds: seconds ?? 1)
    case .invalid:
      self.init(status: .unprocessableContent, code: .validation, detail: Self.sentence(error.reason))
    case .refused: self = .forbidden(Self.sentence(error.reason))
    case .storageCorrupted:
      self.init(status: .internalServerError, code: .storageCorrupted, detail: Self.sentence(error.reason))
    case .serviceUnavailable:
      self = .later(.serviceUnavailable, Self.shown(error.reason), retryAfterSeconds: seconds ?? 5)
    }
  }

  /// What a store says of itself may name files and addresses of ours: that belongs into the log.
  private static func shown(_ reason: String) -> String {
    for beginning in ["the primary store failed", "the fallback store failed"] where reason.hasPrefix(beginning) {
      return self.sentence("\(beginning): try again later, and see the log")
    }
    return self.sentence(reason)
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
  }
}
