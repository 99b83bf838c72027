import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import ResilienceGateway

#if canImport(Glibc)
  import Glibc
#endif

@Suite("What breaks a connection to an upstream")
struct UpstreamFailureKindTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let error: (any Error)?
    let isConnecting: Bool
    let scheme: UpstreamOrigin.Scheme
    let kind: UpstreamFailure.Kind

    init(
      _ error: (any Error)?, _ kind: UpstreamFailure.Kind, isConnecting: Bool = false,
      _ scheme: UpstreamOrigin.Scheme = .http
    ) {
      self.error = error
      self.kind = kind
      self.isConnecting = isConnecting
      self.scheme = scheme
    }

    var testDescription: String {
      "\(self.error.map { "\($0)" } ?? "closed") on \(self.scheme), \(self.isConnecting ? "connecting" : "ready")"
    }

    private static func system(_ code: Int32) -> IOError { IOError(errnoCode: code, reason: "read") }

    static let all = [
      Row(nil, .closedEarly), Row(nil, .closedEarly, .https), Row(nil, .closedEarly, isConnecting: true),
      Row(nil, .tls, isConnecting: true, .https), Row(HandshakeTimeout(), .connectTimeout, isConnecting: true, .https),
      Row(NIOSSLError.uncleanShutdown, .closedEarly, .https),
      Row(NIOSSLError.uncleanShutdown, .tls, isConnecting: true, .https),
      Row(NIOSSLError.handshakeFailed(.noError), .tls, isConnecting: true, .https),
      Row(NIOSSLError.unableToValidateCertificate, .tls, .https),
      Row(NIOSSLExtraError.failedToValidateHostname, .tls, isConnecting: true, .https),
      Row(BoringSSLError.noError, .tls, .https), Row(Self.system(ECONNRESET), .reset),
      Row(Self.system(ECONNRESET), .reset, isConnecting: true, .https), Row(Self.system(EPIPE), .reset),
      Row(Self.system(ETIMEDOUT), .reset), Row(Self.system(EHOSTUNREACH), .closedEarly),
      Row(ChannelError.ioOnClosedChannel, .closedEarly), Row(ChannelError.eof, .tls, isConnecting: true, .https),
      Row(HTTPParserError.invalidStatus, .closedEarly),
    ]
  }

  @Test("R7.2 each error of the system, of NIO and of TLS becomes the kind of the table", arguments: Row.all)
  func table(row: Row) {
    #expect(UpstreamConnection.kind(row.error, isConnecting: row.isConnecting, row.scheme) == row.kind)
  }
}
