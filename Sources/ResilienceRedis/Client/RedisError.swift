public import Resilience

/// Why a command has no answer, or one that refuses; the only error of the Redis client.
///
/// It says whether the server can have carried the command out (`transmission`), so that the library's retry and
/// breaker treat it well without a predicate. No credential and no argument of a command appears in it.
public struct RedisError: CategorizedError, Equatable, CustomStringConvertible {
  /// The kinds of trouble that call for different remedies.
  public enum Kind: String, Sendable, CaseIterable {
    /// Nobody answers at the address.
    case unreachable
    /// The TLS handshake failed.
    case insecure
    /// The connection ended while the command was under way.
    case connectionLost
    /// No answer in time.
    case timedOut
    /// As many commands are under way as may.
    case overloaded
    /// The client was closed.
    case closed
    /// The caller was cancelled.
    case cancelled
    /// User or password are wrong or missing.
    case unauthenticated
    /// The user may not do this.
    case forbidden
    /// What the server sends is not the Redis protocol.
    case notRedis
    /// The server is too old.
    case wrongVersion
    /// The server is still reading its data.
    case loading
    /// A script keeps the server busy, or it asks to be asked again.
    case busy
    /// It is a replica, which may only be read.
    case readOnly
    /// The server's memory is full.
    case outOfMemory
    /// The server cannot write to its disk.
    case cannotPersist
    /// The key lives on another node of a cluster.
    case clustered
    /// The server does not know the script.
    case unknownScript
    /// The server refused for another reason.
    case refused
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// Which server: `host:port`, without credentials.
  public let server: String
  /// What was found, as a sentence.
  public let detail: String
  /// What to do next, as a sentence.
  public let remedy: String
  /// Whether the server can have carried the command out.
  public let transmission: Transmission
  /// When it makes sense to ask again, if that is known.
  public let retryAfter: Duration?

  /// Describes a failure.
  public init(
    _ kind: Kind, server: String, detail: String, remedy: String, transmission: Transmission = .neverSent,
    retryAfter: Duration? = nil
  ) {
    self.kind = kind
    self.server = server
    self.detail = detail
    self.remedy = remedy
    self.transmission = transmission
    self.retryAfter = retryAfter
  }

  /// What happened, to what, and what to do next.
  public var description: String { "Redis at \(self.server): \(self.detail) \(self.remedy)" }

  /// What kind of failure it is for retry and breaker.
  public var category: FailureCategory {
    switch self.kind {
    case .unreachable, .insecure, .connectionLost: .connection
    case .timedOut: .timeout
    case .overloaded, .loading, .busy, .outOfMemory, .cannotPersist, .readOnly: .unavailable
    case .closed, .cancelled: .cancelled
    case .unauthenticated: .authentication
    case .forbidden: .authorization
    case .notRedis, .wrongVersion, .clustered, .unknownScript, .refused: .server
    }
  }

  /// Whether the same command may well succeed a moment later.
  public var isPassing: Bool {
    switch self.kind {
    case .unreachable, .connectionLost, .overloaded, .loading, .busy: true
    case .insecure, .timedOut, .closed, .cancelled, .unauthenticated, .forbidden, .notRedis, .wrongVersion, .readOnly,
      .outOfMemory, .cannotPersist, .clustered, .unknownScript, .refused:
      false
    }
  }

  /// The same, for a command that cannot have been carried out.
  func neverSent() -> RedisError { self.with(.neverSent) }

  /// The same, for a command that got so far.
  func with(_ transmission: Transmission) -> RedisError {
    RedisError(
      self.kind, server: self.server, detail: self.detail, remedy: self.remedy, transmission: transmission,
      retryAfter: self.retryAfter)
  }
}
