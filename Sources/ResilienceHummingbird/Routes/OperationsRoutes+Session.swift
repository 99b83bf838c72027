internal import Foundation
internal import HTTPTypes
internal import Hummingbird

extension OperationsRoutes {
  /// Logging in and out with a browser, which cannot send its own headers with an event stream.
  func sessionRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .post, template: "/login", access: .login,
        summary: "Opens a browser's session: a cookie, and a CSRF token to repeat in X-CSRF-Token on writes.",
        fields: [.init(name: "token", type: "string", isRequired: true, summary: "The operator's token.")],
        handler: self.login),
      OperationsRoute(
        method: .post, template: "/logout", access: .role(.viewer), summary: "Ends the browser's session.",
        handler: self.logout),
      OperationsRoute(
        method: .get, template: "/session", access: .role(.viewer), summary: "Who is asking, and what they may do.",
        handler: { JSONText.response(self.document($0.identity, $0.session)) }),
    ]
  }

  @Sendable private func login(_ request: OperationsRequest) async throws -> Response {
    let isForm = request.request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true
    let token = try await isForm ? self.formToken(request) : request.fields("token").text("token")
    let now = self.clock.now()
    if let seconds = self.limiter.secondsToWait(request.address, at: now) {
      throw Problem.later(
        .tooManyRequests, "Too many failed logins from this address; try again later.", retryAfterSeconds: seconds)
    }
    guard let identity = self.configuration.identity(ofToken: token) else {
      self.limiter.recordFailure(request.address, at: now)
      throw Problem.unauthenticated("The token is not known; use the one from operations.token or operators.")
    }
    self.limiter.recordSuccess(request.address)
    let session = self.sessions.open(for: identity, at: now)
    var response =
      isForm
      ? Response(status: .seeOther, headers: [.location: "/"]) : JSONText.response(self.document(identity, session))
    response.headers[.setCookie] = self.cookie(
      session.id, seconds: SessionTable.lifetimeMilliseconds / 1000)
    return response
  }

  @Sendable private func logout(_ request: OperationsRequest) async throws -> Response {
    if let session = request.session { self.sessions.close(session.id) }
    return Response(status: .noContent, headers: [.setCookie: self.cookie("", seconds: 0)])
  }

  private func formToken(_ request: OperationsRequest) async throws -> String {
    let body = String(buffer: try await request.body())
    for pair in body.split(separator: "&") where pair.hasPrefix("token=") {
      let value = pair.dropFirst("token=".count).replacing("+", with: " ")
      if let decoded = String(value).removingPercentEncoding { return decoded }
    }
    throw Problem.unprocessable(field: "token", found: "missing", allowed: "a text")
  }

  private func cookie(_ value: String, seconds: Int64) -> String {
    "\(AccessRules.cookieName)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
      + (self.configuration.isBehindTLS ? "; Secure" : "")
  }

  private func document(_ identity: Identity, _ session: Session?) -> [String: JSONValue] {
    [
      "operator": .string(identity.name), "role": .string(identity.role.rawValue),
      "loginRequired": .bool(!self.configuration.operators.isEmpty),
      "csrfToken": session.map { .string($0.csrfToken) } ?? .null,
    ]
  }
}
