internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A request that has passed the access rules, with what a route needs to answer it.
struct OperationsRequest: Sendable {
  /// The largest body that a write may have.
  static let largestBody = 64 * 1024

  let request: Request
  /// The values of the path's `{name}` segments.
  let parameters: [String: String]
  let identity: Identity
  /// The browser's session, where a cookie brought one.
  let session: Session?
  let address: String

  /// A path parameter; the route's template guarantees that it is there.
  func parameter(_ name: String) -> String { self.parameters[name] ?? "" }

  /// A query parameter.
  func query(_ name: String) -> String? { self.request.uri.queryParameters[name[...]].map(String.init) }

  /// The whole body, refused when it is too large.
  func body(upTo limit: Int = Self.largestBody) async throws -> ByteBuffer {
    do {
      return try await self.request.body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw Problem.tooLarge(limit: limit)
    } catch is BodyDeadline.Missed {
      throw Problem.tooLate
    }
  }

  /// The body's members; others than the allowed ones are refused.
  func fields(_ allowed: String...) async throws -> RequestFields {
    try RequestFields(try await self.body(), allowed: allowed)
  }
}
