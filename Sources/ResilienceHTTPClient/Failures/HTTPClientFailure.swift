public import HTTPTypes
public import Resilience

/// A request that brought no usable response, and how far it got.
///
/// The transmission decides what may be repeated: what was never sent always, what may have been carried out only if it
/// is idempotent. The description names method, host and cause; never a path, a query, a field or a body.
public struct HTTPClientFailure: CategorizedError {
  /// What went wrong.
  @frozen
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The request cannot be sent as it is.
    case invalidRequest
    /// The host's name has no address.
    case nameResolution
    /// No connection: refused, or no way there.
    case connectionRefused
    /// No connection in time.
    case connectTimeout
    /// The TLS handshake failed or took too long.
    case tlsHandshake
    /// The proxy did not let us through.
    case proxy
    /// No connection became free in time.
    case poolTimeout
    /// The connection was reset or closed after the request was, or may have been, sent.
    case connectionClosed
    /// The connection made no progress for too long.
    case idleTimeout
    /// The deadline passed.
    case deadlineExceeded
    /// What came back is not HTTP.
    case invalidResponse
    /// The response has more bytes than allowed.
    case responseTooLarge
    /// The request's own stream threw; the error is the underlying one.
    case requestBody
    /// A one-time stream was given to a second request.
    case bodyAlreadyConsumed
    /// The response's body was read twice, or after its scope had ended.
    case responseBodyMisused
    /// A response of 400 or above, where the caller asked for an error.
    case status
    /// The HTTP client was shut down.
    case shutDown
    /// Nothing is known.
    case other
  }

  /// What went wrong.
  public let kind: Kind
  /// What kind of failure it is for the policies.
  public let category: FailureCategory
  /// How far the request got.
  public let transmission: Transmission
  /// When the dependency wants to be asked again.
  public let retryAfter: Duration?
  /// The request's method.
  public let method: String
  /// The host, and the port if it is not the scheme's own.
  public let authority: String
  /// The head of the response, if there was one.
  public let response: HTTPResponse?
  /// What the layer below reported.
  public let underlying: (any Error)?
  /// What is known beyond the kind.
  let detail: String?

  init(
    _ kind: Kind, _ category: FailureCategory, _ transmission: Transmission, _ origin: Origin,
    retryAfter: Duration? = nil, response: HTTPResponse? = nil, underlying: (any Error)? = nil, detail: String? = nil
  ) {
    self.kind = kind
    self.category = category
    self.transmission = transmission
    self.retryAfter = retryAfter
    self.method = origin.method
    self.authority = origin.authority
    self.response = response
    self.underlying = underlying
    self.detail = detail
  }

  /// Which request failed, in words that are no secret.
  struct Origin: Sendable {
    let method: String
    let authority: String
  }
}
