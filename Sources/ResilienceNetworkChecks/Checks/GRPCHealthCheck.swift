internal import NIOCore
public import Resilience
public import ResilienceHealth

/// Asks a gRPC server by the gRPC health checking protocol (`grpc.health.v1.Health/Check`).
///
/// One call over a new HTTP/2 connection in clear text with prior knowledge (RFC 9113), written by hand: preface,
/// settings, one request, its answer. SERVING is healthy, everything else unhealthy.
public struct GRPCHealthCheck: HealthCheck {
  private let target: CheckTarget
  private let service: String

  /// Makes a check of a service; the empty name means the whole server.
  public init(host: String, port: Int, service: String = "") {
    self.target = CheckTarget(host: host, port: port)
    self.service = service
  }

  /// Asks once.
  ///
  /// - Throws: `CheckFailure` if there is no answer, or none in HTTP/2.
  public func check(in context: Context) async throws -> CheckResult {
    try await CheckConnection.open(self.target, in: context) { connection in
      try await connection.send(
        HTTP2Frame.preface + HTTP2Frame(.settings).bytes + self.request)
      var message: [UInt8] = []
      while true {
        let frame = try await self.frame(&connection)
        switch frame.kind {
        case .settings where !frame.isAcknowledgement:
          try await connection.send(HTTP2Frame(.settings, flags: HTTP2Frame.acknowledgement).bytes)
        case .ping where !frame.isAcknowledgement:
          try await connection.send(
            HTTP2Frame(.ping, flags: HTTP2Frame.acknowledgement, payload: frame.payload).bytes)
        case .data where frame.stream == 1:
          message += frame.unpaddedPayload
          if let result = self.result(of: message) { return result }
        case .reset where frame.stream == 1, .goAway:
          return .unhealthy("\(self.target) refuses the call: does it speak gRPC without TLS?")
        default: break
        }
        if frame.endsStream && frame.stream == 1 {
          return .unhealthy(
            "\(self.target) ends the call without a state: it has no health service, or no such service")
        }
      }
    }
  }

  private func frame(_ connection: inout CheckConnection) async throws -> HTTP2Frame {
    let head = try await connection.take(9)
    guard let (length, make) = HTTP2Frame.parse(head) else {
      throw CheckFailure("\(self.target) does not answer in HTTP/2: is it the right port?")
    }
    return make(try await connection.take(length))
  }

  /// The call's headers, and its message: field 1 is the service's name.
  private var request: [UInt8] {
    let headers: [(String, String)] = [
      (":method", "POST"), (":scheme", "http"), (":path", "/grpc.health.v1.Health/Check"),
      (":authority", self.target.description), ("content-type", "application/grpc"), ("te", "trailers"),
    ]
    let name = Array(self.service.utf8.prefix(100))
    let body: [UInt8] = name.isEmpty ? [] : [0x0A, UInt8(name.count)] + name
    let message: [UInt8] = [0, 0, 0, 0, UInt8(body.count)] + body
    return HTTP2Frame(.headers, flags: HTTP2Frame.endHeaders, stream: 1, payload: HTTP2Frame.literals(headers)).bytes
      + HTTP2Frame(.data, flags: HTTP2Frame.endStream, stream: 1, payload: message).bytes
  }

  /// The state in a whole message: a byte for compression, four for the length, then field 1 as a number.
  private func result(of message: [UInt8]) -> CheckResult? {
    guard message.count >= 5 else { return nil }
    let length = message[1..<5].reduce(0) { $0 << 8 | Int($1) }
    guard message.count >= 5 + length else { return nil }
    guard message[0] == 0 else { return .unhealthy("\(self.target) compresses its state although nobody asked for it") }
    let fields = Array(message[5..<(5 + length)])
    switch fields.count >= 2 && fields[0] == 0x08 ? fields[1] : 0 {
    case 1: return .healthy
    case 2: return .unhealthy("'\(self.service)' is NOT_SERVING")
    case 3: return .unhealthy("'\(self.service)' is not known to the server")
    default: return .unhealthy("'\(self.service)' is in an unknown state")
    }
  }
}
