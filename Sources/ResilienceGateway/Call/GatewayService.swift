internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// The gateway's data plane: finds the dependency that a request is for, and calls it under its policies.
public final class GatewayService: GatewayHandler {
  let settings: GatewaySettings
  /// The dependencies, in the order of the configuration.
  public let dependencies: [Dependency]
  private let byName: [String: Dependency]

  /// Makes a data plane.
  public init(_ settings: GatewaySettings, dependencies: [Dependency]) {
    self.settings = settings
    self.dependencies = dependencies
    self.byName = Dictionary(dependencies.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Answers a request whose path begins with the dependency's name.
  public func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async {
    await self.handle(request, response) { () throws -> (Dependency, String) in
      let target = try self.target(request.head.uri)
      guard !target.isReserved else { throw Refusal(.notFound, "There is nothing at this path.") }
      let name = String(target.dependency)
      guard let dependency = self.byName[name] else {
        throw Refusal(.notFound, "No dependency has that name. A path begins with a dependency's name: /NAME/…")
      }
      return (dependency, target.forwardedPath)
    }
  }

  /// A handler for a port that belongs to one dependency: the whole path is the dependency's.
  public func handler(of dependency: Dependency) -> any GatewayHandler {
    DependencyPort(service: self, dependency: dependency)
  }

  /// Answers a request for the dependency and path that `route` finds.
  func handle(
    _ request: GatewayRequest, _ response: GatewayResponseWriter, route: () throws -> (Dependency, String)
  ) async {
    let identity = CallIdentity(request.head.headers, self.settings.tracer)
    defer { ServerSpan.end(identity.span, response.status) }
    do {
      try self.check(request.head)
      let (dependency, path) = try route()
      let call = GatewayCall(self.settings, dependency, request, path, response, identity)
      if let span = identity.span { ServerSpan.describe(span, request, dependency.name) }
      let scope = RequestScope(
        correlationID: identity.correlationID, service: self.settings.service, operation: dependency.name,
        user: request.remoteAddress, trace: identity.trace, span: identity.span)
      await RequestScope.$current.withValue(scope) { await call.run() }
    } catch let refusal as Refusal {
      let answer = ProblemAnswer(refusal, request, identity, self.settings)
      try? await response.respond(answer.head, body: answer.body)
    } catch {
      let refusal = Refusal(.internal, "The request failed because of a mistake in the gateway.")
      let answer = ProblemAnswer(refusal, request, identity, self.settings)
      try? await response.respond(answer.head, body: answer.body)
    }
  }

  /// Makes the transport's own answers (malformed requests, limits) look like all others.
  func answer(to rejection: GatewayRejection) -> (HTTPResponseHead, ByteBuffer) {
    let answer = ProblemAnswer(Refusal(rejection), nil, CallIdentity([:]), self.settings)
    return (answer.head, answer.body)
  }
}

/// A port that belongs to one dependency.
private struct DependencyPort: GatewayHandler {
  let service: GatewayService
  let dependency: Dependency

  func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async {
    await self.service.handle(request, response) {
      (self.dependency, try self.service.wholePath(request.head.uri))
    }
  }
}
