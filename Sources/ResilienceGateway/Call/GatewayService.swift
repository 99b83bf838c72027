internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// The gateway's data plane: finds the dependency that a request is for, and calls it under its policies.
public final class GatewayService: GatewayHandler {
  /// The dependencies in force.
  public let table: DependencyTable

  /// Makes a data plane.
  public init(_ table: DependencyTable) { self.table = table }

  /// Answers a request whose path begins with the dependency's name.
  public func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async {
    if request.head.uri.hasPrefix("/_resilience/"), await self.answerReserved(request, response) { return }
    await self.handle(request, response) { table throws -> (Dependency, String) in
      let target = try self.target(request.head.uri)
      if target.isReserved { throw ReservedPath(path: target.forwardedPath) }
      guard let dependency = table[String(target.dependency)] else {
        throw Refusal(.notFound, "No dependency has that name. A path begins with a dependency's name: /NAME/…")
      }
      return (dependency, target.forwardedPath)
    }
  }

  /// A handler for a port that belongs to one dependency: the whole path is the dependency's, but for
  /// `/_resilience/queue/`, where the states of kept requests are.
  ///
  /// The dependency is looked up with every request, because its settings may be replaced.
  public func handler(ofDependency name: String) -> any GatewayHandler { DependencyPort(service: self, name: name) }

  /// Answers a request for the dependency and path that `route` finds.
  func handle(
    _ request: GatewayRequest, _ response: GatewayResponseWriter,
    route: (DependencyTable.Snapshot) throws -> (Dependency, String)
  ) async {
    let table = self.table.current
    let settings = table.settings
    let identity = CallIdentity(request.head.headers, settings.tracer)
    defer { ServerSpan.end(identity.span, response.status) }
    do {
      try self.check(request.head, viaName: settings.viaName)
      let (dependency, path) = try route(table)
      let call = GatewayCall(settings, dependency, request, path, response, identity)
      if let span = identity.span { ServerSpan.describe(span, request, dependency.name) }
      let scope = RequestScope(
        correlationID: identity.correlationID, service: settings.service, operation: dependency.name,
        user: settings.userField?.user(request.head.headers, from: request.remoteAddress), trace: identity.trace,
        span: identity.span, clientAddress: request.remoteAddress)
      await RequestScope.$current.withValue(scope) { await call.run() }
    } catch let refusal as Refusal {
      await Self.refuse(refusal, request, response, identity, settings)
    } catch let reserved as ReservedPath {
      do {
        if try await self.answerReserved(reserved.path, request, response, settings) { return }
        throw Refusal(.notFound, "There is nothing at this path.")
      } catch let refusal as Refusal {
        await Self.refuse(refusal, request, response, identity, settings)
      } catch {
        // The caller is gone.
      }
    } catch {
      let refusal = Refusal(.internal, "The request failed because of a mistake in the gateway.")
      let answer = ProblemAnswer(refusal, request, identity, settings)
      try? await response.respond(answer.head, body: answer.body)
    }
  }

  private static func refuse(
    _ refusal: Refusal, _ request: GatewayRequest, _ response: GatewayResponseWriter, _ identity: CallIdentity,
    _ settings: GatewaySettings
  ) async {
    let answer = ProblemAnswer(refusal, request, identity, settings)
    try? await response.respond(answer.head, body: answer.body)
  }

  /// Makes the transport's own answers (malformed requests, limits) look like all others.
  func answer(to rejection: GatewayRejection) -> (HTTPResponseHead, ByteBuffer) {
    let answer = ProblemAnswer(Refusal(rejection), nil, CallIdentity([:]), self.table.current.settings)
    return (answer.head, answer.body)
  }
}

/// A port that belongs to one dependency.
private struct DependencyPort: GatewayHandler {
  let service: GatewayService
  let name: String

  func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async {
    // Whoever was answered with 202 on this port asks here how it stands.
    if request.head.uri.hasPrefix("/_resilience/queue/"), await self.service.answerReserved(request, response) {
      return
    }
    await self.service.handle(request, response) { table throws -> (Dependency, String) in
      guard let dependency = table[self.name] else {
        throw Refusal(.notFound, "The dependency that this port belonged to is not configured any more.")
      }
      return (dependency, try self.service.wholePath(request.head.uri))
    }
  }
}
