internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// Finds the route of a request, applies the access rules, and turns every error into a problem.
struct OperationsResponder: HTTPResponder {
  private let routes: [OperationsRoute]
  private let access: AccessRules
  private let codePrefix: String

  init(
    configuration: OperationsConfiguration, plane: any ControlPlane, sessions kept: OperationsSessions?, logger: Logger,
    clock: OperationsClock
  ) {
    let sessions = SessionTable()
    self.access = AccessRules(configuration: configuration, sessions: sessions, clock: clock)
    self.codePrefix = configuration.codePrefix
    self.routes = OperationsRoutes(
      configuration: configuration, plane: plane, clock: clock, sessions: sessions, limiter: LoginLimiter(),
      streams: EventStreams(
        plane: plane, sessions: kept, clock: clock, maximum: configuration.maximumEventStreams),
      keptSessions: kept, logger: logger
    ).all()
  }

  func respond(to request: Request, context: OperationsContext) async throws -> Response {
    let correlationID = CorrelationName.of(request.headers)
    let scope = RequestScope(
      correlationID: correlationID, service: "operations", operation: request.method.rawValue,
      clientAddress: context.address)
    return await RequestScope.$current.withValue(scope) {
      await self.respond(to: request, context, correlationID)
    }
  }

  private func respond(
    to request: Request, _ context: OperationsContext, _ correlationID: String
  ) async -> Response {
    var response: Response
    do {
      response = try await self.answer(request, context)
    } catch let problem as Problem {
      response = self.response(problem, request, correlationID)
    } catch let failure as ControlFailure {
      if case .storage(let storage) = failure {
        context.logger.error(
          "control storage failed", metadata: ["reason": "\(storage)"])
      }
      response = self.response(Problem(failure), request, correlationID)
    } catch {
      context.logger.error(
        "operations request failed", metadata: ["reason": "\(type(of: error))"])
      let problem = Problem(
        status: .internalServerError, code: .internal,
        detail: "Something unexpected went wrong. The log has it under this correlation id.")
      response = self.response(problem, request, correlationID)
    }
    self.complete(&response.headers, correlationID)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(_ request: Request, _ context: OperationsContext) async throws -> Response {
    let method = request.method == .head ? .get : request.method
    let segments = try Self.segments(of: request.uri.path)
    let candidates = self.routes.compactMap { route in route.match(segments).map { (route, $0) } }
    let found = candidates.first { $0.0.method == method }
    if found?.0.access != .open { try self.access.checkHost(request) }
    let caller = try self.caller(of: request, found?.0)
    guard let (route, parameters) = found else {
      guard candidates.isEmpty else {
        throw Problem.methodNotAllowed(request.method, allowed: candidates.map(\.0.method))
      }
      throw Problem.notFound("There is nothing at this path; /api/openapi.json lists what there is.")
    }
    if method != .get {
      try self.access.checkOrigin(request)
      try self.access.checkToken(request, of: caller)
    }
    try self.access.check(caller, mayUse: route)
    try self.access.checkContentType(request, of: route)
    // From here on log lines may say who asks.
    return try await RequestScope.$current.withValue(RequestScope.current?.asked(by: caller.identity.name)) {
      try await route.handler(
        OperationsRequest(
          request: request, parameters: parameters, identity: caller.identity, session: caller.session,
          address: context.address))
    }
  }

  private func caller(of request: Request, _ route: OperationsRoute?) throws(Problem) -> AccessRules.Caller {
    switch route?.access {
    case .open, .login: AccessRules.Caller(identity: .anyone, session: nil)
    case .role, nil: try self.access.caller(of: request)
    }
  }

  private func response(_ problem: Problem, _ request: Request, _ correlationID: String) -> Response {
    // A browser that has to log in gets the page that asks for the token; it holds no data.
    if problem.status == .unauthorized, request.uri.path == "/", request.method == .get || request.method == .head {
      return ConsolePage.response(status: .unauthorized)
    }
    return problem.response(path: request.uri.path, codePrefix: self.codePrefix, correlationID: correlationID)
  }

  private func complete(_ headers: inout HTTPFields, _ correlationID: String) {
    if let name = HTTPField.Name(CorrelationHeader.headerName) { headers[name] = correlationID }
    if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
  }

  private static func segments(of path: String) throws(Problem) -> [String] {
    var segments: [String] = []
    for part in path.split(separator: "/") {
      guard let text = String(part).removingPercentEncoding, !text.utf8.contains(0) else {
        throw .malformed("The path has a wrong percent escape.")
      }
      segments.append(text)
    }
    return segments
  }
}
