internal import NIOCore
internal import Resilience
internal import ResilienceConfiguration

/// A caller who sends or takes too slowly uses up an attempt's time, and must not be mistaken for a dependency that
/// hangs: the gateway gives up waiting for the caller shortly before the attempt's time-out would.
extension GatewayCall {
  /// How long to wait for the caller from now on.
  static func patience(_ context: Context) -> TimeAmount {
    guard let remaining = context.remaining else { return .hours(24) }
    return TimeAmount(remaining - min(remaining / 10, .milliseconds(100)))
  }

  /// Gives a body up that passes through, if the attempt is about to end and the caller is who it waits for.
  func hurryCaller(_ context: Context, _ body: UpstreamRequest.Body) -> Scheduled<Void>? {
    guard case .stream = body else { return nil }
    return self.response.schedule(in: Self.patience(context)) { [request] in request.body.giveUpIfAwaited() }
  }

  /// Reads a body that may have to be sent again; it has to come within the time of the whole call.
  func collectBody(upTo most: Int) async throws -> ByteBuffer {
    let limit = TimeAmount(self.dependency.configuration.timeout)
    let alarm = self.response.schedule(in: limit) { [request] in request.body.giveUp() }
    defer { alarm.cancel() }
    do {
      return try await self.request.body.collect(upTo: most)
    } catch let error as GatewayRequestBodyError {
      throw RequestBodyFailure(cause: error)
    }
  }
}
