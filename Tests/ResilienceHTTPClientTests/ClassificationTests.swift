import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOSSL
import Resilience
import ResilienceInterfaces
import Testing

@testable import ResilienceHTTPClient

#if canImport(Glibc)
  import Glibc
#endif

/// What a lower layer throws, and what is made of it.
struct Row: Sendable, CustomTestStringConvertible {
  let error: any Error
  let kind: HTTPClientFailure.Kind
  let category: FailureCategory
  let transmission: Transmission

  init(
    _ error: any Error, _ kind: HTTPClientFailure.Kind, _ category: FailureCategory, _ transmission: Transmission
  ) {
    self.error = error
    self.kind = kind
    self.category = category
    self.transmission = transmission
  }

  var testDescription: String { "\(self.error)" }

  static let all = [
    Row(HTTPClientError.connectTimeout, .connectTimeout, .timeout, .neverSent),
    Row(HTTPClientError.tlsHandshakeTimeout, .tlsHandshake, .connection, .neverSent),
    Row(HTTPClientError.getConnectionFromPoolTimeout, .poolTimeout, .timeout, .neverSent),
    Row(HTTPClientError.proxyAuthenticationRequired, .proxy, .connection, .neverSent),
    Row(HTTPClientError.httpProxyHandshakeTimeout, .proxy, .connection, .neverSent),
    Row(HTTPClientError.invalidProxyResponse, .proxy, .connection, .neverSent),
    Row(HTTPClientError.socksHandshakeTimeout, .proxy, .connection, .neverSent),
    Row(HTTPClientError.remoteConnectionClosed, .connectionClosed, .connection, .unknown),
    Row(HTTPClientError.uncleanShutdown, .connectionClosed, .connection, .unknown),
    Row(HTTPClientError.readTimeout, .idleTimeout, .timeout, .unknown),
    Row(HTTPClientError.writeTimeout, .idleTimeout, .timeout, .unknown),
    Row(HTTPClientError.deadlineExceeded, .deadlineExceeded, .timeout, .unknown),
    Row(HTTPClientError.alreadyShutdown, .shutDown, .validation, .neverSent),
    Row(HTTPClientError.cancelled, .connectionClosed, .connection, .unknown),
    Row(HTTPClientError.requestStreamCancelled, .connectionClosed, .connection, .unknown),
    Row(HTTPClientError.redirectLimitReached, .invalidResponse, .server, .answered),
    Row(HTTPClientError.redirectCycleDetected, .invalidResponse, .server, .answered),
    Row(HTTPClientError.bodyLengthMismatch, .requestBody, .validation, .unknown),
    Row(HTTPClientError.writeAfterRequestSent, .requestBody, .validation, .unknown),
    Row(HTTPClientError.invalidURL, .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.emptyHost, .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.emptyScheme, .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.missingSocketPath, .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.traceRequestWithBody, .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.contentLengthMissing, .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.identityCodingIncorrectlyPresent, .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.unsupportedScheme("ftp"), .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.invalidHeaderFieldNames(["ä"]), .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.invalidHeaderFieldValues(["\n"]), .invalidRequest, .validation, .neverSent),
    Row(HTTPClientError.serverOfferedUnsupportedApplicationProtocol("h9"), .tlsHandshake, .connection, .neverSent),
    Row(HTTPClientError.internalStateFailure(), .other, .unknown, .unknown),
    Row(IOError(errnoCode: ECONNREFUSED, reason: "connect"), .connectionRefused, .connection, .neverSent),
    Row(IOError(errnoCode: EHOSTUNREACH, reason: "read"), .connectionRefused, .connection, .unknown),
    Row(IOError(errnoCode: ENETUNREACH, reason: "connect"), .connectionRefused, .connection, .unknown),
    Row(IOError(errnoCode: ECONNRESET, reason: "read"), .connectionClosed, .connection, .unknown),
    Row(IOError(errnoCode: EPIPE, reason: "write"), .connectionClosed, .connection, .unknown),
    Row(IOError(errnoCode: EMFILE, reason: "socket"), .connectionClosed, .connection, .unknown),
    Row(IOError(errnoCode: ETIMEDOUT, reason: "read"), .idleTimeout, .timeout, .unknown),
    Row(ChannelError.connectTimeout(.seconds(1)), .connectTimeout, .timeout, .neverSent),
    Row(ChannelError.ioOnClosedChannel, .connectionClosed, .connection, .unknown),
    Row(ChannelError.alreadyClosed, .connectionClosed, .connection, .unknown),
    Row(ChannelError.inputClosed, .connectionClosed, .connection, .unknown),
    Row(ChannelError.outputClosed, .connectionClosed, .connection, .unknown),
    Row(ChannelError.eof, .connectionClosed, .connection, .unknown),
    Row(ChannelError.operationUnsupported, .other, .unknown, .unknown),
    Row(HTTPParserError.invalidConstant, .invalidResponse, .server, .unknown),
    Row(NIOSSLError.handshakeFailed(.noError), .tlsHandshake, .connection, .neverSent),
    Row(NIOSSLError.noCertificateToValidate, .tlsHandshake, .connection, .neverSent),
    Row(NIOSSLError.unableToValidateCertificate, .tlsHandshake, .connection, .neverSent),
    Row(NIOSSLError.cannotMatchULabel, .tlsHandshake, .connection, .neverSent),
    Row(NIOSSLError.uncleanShutdown, .connectionClosed, .connection, .unknown),
    Row(NIOSSLExtraError.failedToValidateHostname, .tlsHandshake, .connection, .neverSent),
    Row(SocketAddressError.unsupported, .nameResolution, .connection, .neverSent),
    Row(ErasedStream.Thrown(underlying: CancellationError()), .requestBody, .validation, .unknown),
    Row(FailingResult(), .other, .unknown, .unknown),
  ]
}

@Suite struct ClassificationTests {
  let origin = HTTPClientFailure.Origin(method: "POST", authority: "api.example.com")

  @Test("R1.6 every error below says how far the request got", arguments: Row.all)
  func table(row: Row) throws {
    let failure = try #require(HTTPClientFailure.classified(row.error, self.origin) as? HTTPClientFailure)
    #expect(failure.kind == row.kind && failure.category == row.category && failure.transmission == row.transmission)
    #expect(failure.underlying != nil && failure.retryAfter == nil && failure.response == nil)
  }

  @Test("R1.6 once the head is here every failure counts as answered", arguments: Row.all)
  func answered(row: Row) throws {
    let failure = HTTPClientFailure.classified(row.error, self.origin, after: HTTPResponse(status: .ok))
    #expect((failure as? HTTPClientFailure)?.transmission == .answered)
  }

  @Test("R1.5 cancellation stays cancellation, and under a cancelled task every error is one")
  func cancelled() async {
    #expect(HTTPClientFailure.classified(CancellationError(), self.origin) is CancellationError)
    let origin = self.origin
    let error = await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return HTTPClientFailure.classified(HTTPClientError.remoteConnectionClosed, origin)
    }.value
    #expect(error is CancellationError)
  }

  @Test("R12.1 a failure's description says what happened, to what, and what to do next; for every kind")
  func description() {
    for kind in HTTPClientFailure.Kind.allCases {
      let text = HTTPClientFailure(kind, .connection, .neverSent, self.origin, retryAfter: .seconds(2)).description
      #expect(text.hasPrefix("POST to api.example.com failed: "))
      #expect(text.hasSuffix("; it was not sent, repeating it is safe; ask again in 2.0 seconds"))
    }
  }

  @Test(
    "R7.2 what AsyncHTTPClient and NIO throw becomes a service's error by the table",
    arguments: [
      (HTTPClientError.connectTimeout, .timeout), (HTTPClientError.readTimeout, .timeout),
      (HTTPClientError.deadlineExceeded, .timeout), (HTTPClientError.remoteConnectionClosed, .externalService),
      (HTTPClientError.tlsHandshakeTimeout, .externalService), (HTTPClientError.invalidURL, .validation),
      (HTTPClientError.redirectLimitReached, .externalService),
      (HTTPClientError.proxyAuthenticationRequired, .externalService),
      (NIOSSLError.unableToValidateCertificate, .externalService), (SocketAddressError.unsupported, .externalService),
      (IOError(errnoCode: ENETUNREACH, reason: "x"), .externalService),
      (IOError(errnoCode: ECONNRESET, reason: "x"), .externalService),
      (ChannelError.connectTimeout(.seconds(1)), .timeout), (ChannelError.eof, .externalService),
      (IOError(errnoCode: ECONNREFUSED, reason: "x"), .externalService),
      (IOError(errnoCode: ETIMEDOUT, reason: "x"), .timeout), (HTTPParserError.invalidStatus, .externalService),
    ] as [(any Error, ServiceError.Kind)])
  func serviceErrors(error: any Error, kind: ServiceError.Kind) {
    let origin = HTTPClientFailure.Origin(method: "GET", authority: "up")
    let made = ServiceError(HTTPClientFailure.classified(error, origin), correlationID: "c", dependency: "up")
    #expect(made.kind == kind && made.dependency == "up" && made.correlationID == "c")
  }
}
