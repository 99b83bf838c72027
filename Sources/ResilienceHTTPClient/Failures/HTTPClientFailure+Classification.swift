internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Resilience

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension HTTPClientFailure {
  /// Turns what the layers below threw into a cancellation or a failure that says how far the request got.
  ///
  /// - Parameters:
  ///   - error: What was thrown.
  ///   - origin: Which request failed.
  ///   - response: The head, if it had arrived: then the dependency has seen the request.
  static func classified(_ error: any Error, _ origin: Origin, after response: HTTPResponse? = nil) -> any Error {
    if error is CancellationError || Task.isCancelled { return CancellationError() }
    if error is HTTPClientFailure { return error }
    let facts = Self.facts(error)
    let category: FailureCategory =
      switch facts.kind {
      case .connectTimeout, .poolTimeout, .idleTimeout, .deadlineExceeded: .timeout
      case .nameResolution, .connectionRefused, .tlsHandshake, .proxy, .connectionClosed: .connection
      case .invalidResponse: .server
      case .invalidRequest, .requestBody, .bodyAlreadyConsumed, .responseBodyMisused, .responseTooLarge, .shutDown:
        .validation
      case .status, .other: .unknown
      }
    return HTTPClientFailure(
      facts.kind, category, response == nil ? facts.transmission : .answered, origin, response: response,
      underlying: (error as? ErasedStream.Thrown)?.underlying ?? error, detail: facts.detail)
  }

  private struct Facts {
    let kind: Kind
    let transmission: Transmission
    var detail: String?

    init(_ kind: Kind, _ transmission: Transmission, _ detail: String? = nil) {
      self.kind = kind
      self.transmission = transmission
      self.detail = detail
    }
  }

  private static func facts(_ error: any Error) -> Facts {
    switch error {
    case is ErasedStream.Thrown: Facts(.requestBody, .unknown)
    case let error as HTTPClientError: Self.facts(error)
    case let error as NIOConnectionError: Self.facts(error)
    case let error as IOError: Self.facts(error)
    case let error as ChannelError: Self.facts(error)
    case let error as NIOSSLError: Self.facts(error)
    case is NIOSSLExtraError: Facts(.tlsHandshake, .neverSent, "the certificate is not for this host")
    case is SocketAddressError, is SocketAddressError.UnknownHost: Facts(.nameResolution, .neverSent)
    case is HTTPParserError: Facts(.invalidResponse, .unknown)
    default: Facts(.other, .unknown)
    }
  }

  private static func facts(_ error: HTTPClientError) -> Facts {
    switch error {
    case .connectTimeout: Facts(.connectTimeout, .neverSent)
    case .tlsHandshakeTimeout: Facts(.tlsHandshake, .neverSent, "it took too long")
    case .getConnectionFromPoolTimeout: Facts(.poolTimeout, .neverSent)
    case .socksHandshakeTimeout, .httpProxyHandshakeTimeout, .invalidProxyResponse, .proxyAuthenticationRequired:
      Facts(.proxy, .neverSent)
    case .remoteConnectionClosed, .uncleanShutdown: Facts(.connectionClosed, .unknown)
    case .readTimeout, .writeTimeout: Facts(.idleTimeout, .unknown)
    case .deadlineExceeded: Facts(.deadlineExceeded, .unknown)
    case .alreadyShutdown: Facts(.shutDown, .neverSent)
    // Not our caller's cancellation, which was ruled out: the connection or the client went away under the request.
    case .cancelled, .requestStreamCancelled: Facts(.connectionClosed, .unknown)
    case .redirectLimitReached, .redirectCycleDetected: Facts(.invalidResponse, .answered)
    case .bodyLengthMismatch, .writeAfterRequestSent:
      Facts(.requestBody, .unknown, "its length is not what was announced")
    case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath, .traceRequestWithBody, .contentLengthMissing,
      .identityCodingIncorrectlyPresent:
      Facts(.invalidRequest, .neverSent)
    default: Self.remaining(error)
    }
  }

  /// The errors with arguments, which compare unequal: by their short description, which names no values.
  private static func remaining(_ error: HTTPClientError) -> Facts {
    switch error.shortDescription {
    case "Unsupported scheme", "Invalid header field names", "Invalid header field values":
      Facts(.invalidRequest, .neverSent, error.shortDescription)
    case "Server offered unsupported application protocol": Facts(.tlsHandshake, .neverSent, error.shortDescription)
    default: Facts(.other, .unknown, error.shortDescription)
    }
  }

  /// Only ever from making a connection.
  private static func facts(_ error: NIOConnectionError) -> Facts {
    if error.connectionErrors.isEmpty { return Facts(.nameResolution, .neverSent) }
    let timedOut = error.connectionErrors.allSatisfy {
      if case .connectTimeout = $0.error as? ChannelError { true } else { false }
    }
    return Facts(timedOut ? .connectTimeout : .connectionRefused, .neverSent)
  }

  private static func facts(_ error: IOError) -> Facts {
    switch error.errnoCode {
    // Refusing is an answer to `connect`. The other two also end a connection that was in use and lost its way.
    case ECONNREFUSED: Facts(.connectionRefused, .neverSent)
    case ENETUNREACH, EHOSTUNREACH: Facts(.connectionRefused, .unknown)
    case ETIMEDOUT: Facts(.idleTimeout, .unknown)
    default: Facts(.connectionClosed, .unknown)
    }
  }

  private static func facts(_ error: ChannelError) -> Facts {
    switch error {
    case .connectTimeout: Facts(.connectTimeout, .neverSent)
    case .eof, .ioOnClosedChannel, .alreadyClosed, .inputClosed, .outputClosed: Facts(.connectionClosed, .unknown)
    default: Facts(.other, .unknown)
    }
  }

  private static func facts(_ error: NIOSSLError) -> Facts {
    switch error {
    case .handshakeFailed, .noCertificateToValidate, .unableToValidateCertificate, .cannotMatchULabel:
      Facts(.tlsHandshake, .neverSent)
    default: Facts(.connectionClosed, .unknown)
    }
  }
}
