internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

/// Decides who sends a request and whether it may be carried out.
struct AccessRules: Sendable {
  static let cookieName = "resilience_session"
  static let csrfHeader = "X-CSRF-Token"

  /// Who was found to send a request.
  struct Caller: Sendable {
    let identity: Identity
    /// Set when a cookie, not a header, said who it is.
    let session: Session?
  }

  let configuration: OperationsConfiguration
  let sessions: SessionTable
  let clock: OperationsClock

  private var needsCredential: Bool { !self.configuration.operators.isEmpty }

  /// Refuses a name that does not belong to this machine: a web page elsewhere may have pointed its own name here.
  func checkHost(_ request: Request) throws(Problem) {
    guard !self.needsCredential else { return }
    guard let host = request.head.authority, LoopbackName.matches(host) else {
      throw Problem(
        status: .misdirectedRequest, code: .authorization,
        detail: "Without a token only loopback names are answered, such as http://127.0.0.1; set operations.token.")
    }
  }

  /// Who sends a request: by token, by cookie, or anyone where no credential is configured.
  func caller(of request: Request) throws(Problem) -> Caller {
    guard self.needsCredential else { return Caller(identity: .anyone, session: nil) }
    if let authorization = request.headers[.authorization] {
      let parts = authorization.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "bearer",
        let identity = self.configuration.identity(ofToken: String(parts[1]))
      else { throw .unauthenticated("The bearer token is not known.") }
      return Caller(identity: identity, session: nil)
    }
    guard let id = request.cookies[Self.cookieName]?.value,
      let session = self.sessions.session(id, at: self.clock.now())
    else {
      throw .unauthenticated("Send 'Authorization: Bearer TOKEN', or log in with a browser at /.")
    }
    return Caller(identity: session.identity, session: session)
  }

  /// Refuses a caller whose role is too low.
  func check(_ caller: Caller, mayUse route: OperationsRoute) throws(Problem) {
    guard case .role(let needed) = route.access, caller.identity.role < needed else { return }
    throw .forbidden(
      "'\(caller.identity.name)' has the role \(caller.identity.role.rawValue); this needs \(needed.rawValue).")
  }

  /// Refuses a write that another web page may have made a browser send.
  func checkOrigin(_ request: Request) throws(Problem) {
    if let origin = request.headers[.origin] {
      let authority = origin.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init)
      guard origin.contains("://"), authority?.lowercased() == request.head.authority?.lowercased() else {
        throw .forbidden("The request comes from another origin than this server.")
      }
    }
    if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name],
      site != "same-origin", site != "none"
    {
      throw .forbidden("The request comes from another site than this server.")
    }
  }

  /// Refuses a write by cookie that does not repeat the session's CSRF token.
  func checkToken(_ request: Request, of caller: Caller) throws(Problem) {
    guard let session = caller.session else { return }
    guard let name = HTTPField.Name(Self.csrfHeader), let token = request.headers[name],
      SecretText.matches(token, session.csrfToken)
    else { throw .forbidden("A write by cookie has to repeat the session's csrfToken in \(Self.csrfHeader).") }
  }

  /// Asks for JSON, which a form of another page cannot send.
  func checkContentType(_ request: Request, of route: OperationsRoute) throws(Problem) {
    guard !route.fields.isEmpty else { return }
    // A form cannot delete, and where no member has to be sent nothing has to be named.
    if route.method == .delete, request.headers[.contentType] == nil, !route.fields.contains(where: \.isRequired) {
      return
    }
    let type = (request.headers[.contentType] ?? "").lowercased()
    let media = type.prefix { $0 != ";" && $0 != " " }
    if media == "application/json" { return }
    if route.access == .login, media == "application/x-www-form-urlencoded" { return }
    throw Problem(
      status: .unsupportedMediaType, code: .validation, detail: "Send the body with Content-Type: application/json.")
  }
}
