internal import NIOCore
internal import NIOHTTP1
internal import Resilience
public import ResilienceConfiguration
internal import ResilienceInterfaces
public import ResilienceTelemetry

/// Brings telemetry to the collector of a configuration, over connections of its own.
public struct CollectorTransport: OTLPTransport {
  private static let mostAnswerBytes = 64 << 10

  private let origin: UpstreamOrigin
  private let basePath: String
  private let headers: HTTPHeaders
  private let transport: NIOUpstreamTransport
  private let clock: WallClock

  /// Makes a transport.
  ///
  /// - Parameters:
  ///   - endpoint: The collector's address.
  ///   - headers: Fields of every request, as the configuration has them.
  ///   - transport: Whose connections are used; shut down by whoever made it.
  ///   - clock: The time of day, for dates in `Retry-After`.
  public init(
    endpoint: UpstreamURL, headers: Secret?, transport: NIOUpstreamTransport, clock: WallClock = .system
  ) {
    self.origin = UpstreamOrigin(
      scheme: endpoint.scheme == .https ? .https : .http, host: endpoint.host, port: endpoint.port)
    self.basePath = endpoint.path
    var fields: HTTPHeaders = ["Content-Type": "application/json", "User-Agent": "swift-resilience OTLP"]
    for (name, value) in headers.flatMap({ KeyValueList.parse($0.value) }) ?? [] {
      fields.replaceOrAdd(name: name, value: value)
    }
    self.headers = fields
    self.transport = transport
    self.clock = clock
  }

  /// Sends one request.
  public func post(path: String, body: [UInt8]) async throws -> OTLPAnswer {
    let request = UpstreamRequest(
      origin: self.origin, method: .POST, target: self.basePath + path, headers: self.headers,
      body: .bytes(ByteBuffer(bytes: body)))
    do {
      return try await self.transport.exchange(request) { answer in
        var kept = ByteBuffer()
        while var part = try await answer.body.next() {
          if kept.readableBytes < Self.mostAnswerBytes { kept.writeBuffer(&part) }
        }
        return OTLPAnswer(
          status: Int(answer.head.status.code),
          retryAfter: RetryAfterHeader.parse(
            retryAfter: answer.head.headers.first(name: "Retry-After"), rateLimitReset: nil,
            now: self.clock.now / 1_000),
          body: Array(kept.readableBytesView.prefix(Self.mostAnswerBytes)))
      }
    } catch let failure as UpstreamFailure {
      throw self.unreachable(failure)
    }
  }

  /// The failure with what to do about it.
  private func unreachable(_ failure: UpstreamFailure) -> OTLPUnreachable {
    let error = UpstreamError(failure: failure)
    guard failure.kind == .tls else {
      return OTLPUnreachable(
        reason: "the collector cannot be reached (\(failure.reason))",
        remedy: "check telemetry.otlp.endpoint, and whether the collector runs", category: error.category,
        transmission: error.transmission)
    }
    // Nothing that trying again would change.
    return OTLPUnreachable(
      reason: "the collector's certificate is not accepted, or it does not speak TLS (\(failure.reason))",
      remedy: "set telemetry.otlp.tls.caFile to the authority that signed the certificate, and serverName to its name",
      category: .authentication, transmission: error.transmission)
  }
}
