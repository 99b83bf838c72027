/// What went wrong with a request, as an RFC 9457 body (`application/problem+json`).
///
/// Exactly the members below and no others; members that are `nil` are left out. Whoever fills it in answers for the
/// text: no stack trace, internal address or secret belongs into `detail`, and errors of other modules are described
/// in words of our own, never printed into it.
public struct ProblemDetails: Sendable, Hashable, Codable {
  /// The media type to send the body with.
  public static let contentType = "application/problem+json"

  /// The kind of problem as a URI; see `ErrorCode.typeURI`.
  public var type: String
  /// The kind of problem in words, the same for every occurrence.
  public var title: String
  /// The HTTP status of the answer, 100…599.
  public var status: Int
  /// This occurrence in words: what happened, to what, and what to do next.
  public var detail: String?
  /// The path that was asked for, without query.
  public var instance: String?
  /// The stable code, such as `ORC_005`.
  public var code: String?
  /// The id under which logs, events and spans of this request are found.
  public var correlationId: String?
  /// The dependency that was to be called.
  public var dependency: String?
  /// The policy that refused or gave up, such as `circuitBreaker`.
  public var policy: String?
  /// The state of that policy, such as `open`.
  public var state: String?
  /// Whole seconds after which another try makes sense; the same as the `Retry-After` header.
  public var retryAfterSeconds: Int?

  /// Describes a problem of a known kind; title, type and status come from the code unless a status is given.
  public init(
    _ code: ErrorCode, prefix: String = ErrorCode.defaultPrefix, status: Int? = nil, detail: String? = nil,
    instance: String? = nil, correlationId: String? = nil, dependency: String? = nil, policy: String? = nil,
    state: String? = nil, retryAfterSeconds: Int? = nil
  ) {
    self.type = code.typeURI
    self.title = code.title
    self.status = status ?? code.status
    self.detail = detail
    self.instance = instance
    self.code = code.text(prefix: prefix)
    self.correlationId = correlationId
    self.dependency = dependency
    self.policy = policy
    self.state = state
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// The body as JSON text, members in the order of the declaration.
  public var json: String {
    var writer = JSONObjectWriter()
    writer.add("type", self.type)
    writer.add("title", self.title)
    writer.add("status", self.status)
    writer.add("detail", self.detail)
    writer.add("instance", self.instance)
    writer.add("code", self.code)
    writer.add("correlationId", self.correlationId)
    writer.add("dependency", self.dependency)
    writer.add("policy", self.policy)
    writer.add("state", self.state)
    writer.add("retryAfterSeconds", self.retryAfterSeconds)
    return writer.text
  }
}
