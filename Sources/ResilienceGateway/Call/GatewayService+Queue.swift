internal import NIOCore
internal import NIOHTTP1
internal import ResilienceInterfaces

extension GatewayService {
  /// Answers what the gateway itself knows.
  ///
  /// - Returns: False: there is no such thing.
  func answerReserved(_ request: GatewayRequest, _ response: GatewayResponseWriter) async -> Bool {
    let settings = self.table.current.settings
    let identity = CallIdentity(request.head.headers)
    do {
      let target = try self.target(request.head.uri)
      guard let answer = try await self.queueState(request, target, settings.queues) else { return false }
      try? await response.respond(answer.0, body: answer.1)
    } catch let refusal as Refusal {
      let answer = ProblemAnswer(refusal, request, identity, settings)
      try? await response.respond(answer.head, body: answer.body)
    } catch {
      return false
    }
    return true
  }

  /// Answers `GET /_resilience/queue/{id}`; an id is hard to guess, so whoever knows it may ask.
  ///
  /// - Returns: Nil: the target is none of these.
  func queueState(
    _ request: GatewayRequest, _ target: RequestTarget, _ queues: GatewayQueues?
  ) async throws -> (HTTPResponseHead, ByteBuffer)? {
    let prefix = "/queue/"
    guard let queues, target.forwardedPath.hasPrefix(prefix) else { return nil }
    guard [.GET, .HEAD].contains(request.head.method) else {
      var refusal = Refusal(.validation, status: 405, "The state of a kept request can only be read.")
      refusal.headers.add(name: "Allow", value: "GET, HEAD")
      throw refusal
    }
    let id = String(target.forwardedPath.dropFirst(prefix.count).prefix { $0 != "?" })
    do throws(StoreFailure) {
      guard id.utf8.count == 32, let item = try await queues.store.item(withID: id) else {
        throw StoreFailure(.notFound, store: "queue", detail: "No such request.", remedy: "Check the id.")
      }
      let position = try await queues.store.position(ofItem: id)
      let headers: HTTPHeaders = ["Content-Type": "application/json", "Cache-Control": "no-store"]
      return (
        HTTPResponseHead(version: .http1_1, status: .ok, headers: headers),
        ByteBuffer(string: QueueStateAnswer(item, position: position).json)
      )
    } catch {
      if error.kind == .notFound {
        throw Refusal(.notFound, "No kept request has this id; delivered ones are forgotten after a while.")
      }
      var refusal = Refusal(.serviceUnavailable, "The state cannot be read now. Ask again in a few seconds.")
      refusal.retryAfterSeconds = 5
      throw refusal
    }
  }
}
