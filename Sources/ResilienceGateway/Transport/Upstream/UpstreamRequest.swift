public import NIOCore
public import NIOHTTP1

/// A request to an upstream.
public struct UpstreamRequest: Sendable {
  /// What a request carries.
  public enum Body: Sendable {
    /// Nothing.
    case none
    /// Bytes at hand; such a request can be sent again.
    case bytes(ByteBuffer)
    /// Parts that are asked for one by one as the upstream takes them (back-pressure), until `nil`.
    ///
    /// With `knownLength` exactly that many bytes must come; without it they go in chunks. An error of `next` ends the
    /// exchange with that error. `next` must end soon after its task is cancelled.
    case stream(next: @Sendable () async throws -> ByteBuffer?, knownLength: Int?)
  }

  /// Where to send it.
  public var origin: UpstreamOrigin
  /// The method.
  public var method: HTTPMethod
  /// The target exactly as it is to be sent, usually `/path?query`.
  public var target: String
  /// The fields.
  ///
  /// `Host` is added where it is missing; those of the connection, `Content-Length` and `Expect` are the transport's
  /// own and dropped here.
  public var headers: HTTPHeaders
  /// What it carries.
  public var body: Body
  /// How long connecting may take, name look-up and TLS included.
  ///
  /// Default 5 s.
  public var connectTimeout: Duration

  /// Makes a request.
  public init(
    origin: UpstreamOrigin, method: HTTPMethod = .GET, target: String = "/", headers: HTTPHeaders = [:],
    body: Body = .none, connectTimeout: Duration = .seconds(5)
  ) {
    self.origin = origin
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.connectTimeout = connectTimeout
  }
}
