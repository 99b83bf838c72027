public import HTTPTypes

/// A response whose body is still arriving; valid inside `ResilientHTTPClient.withResponse(to:)`.
public struct StreamedResponse: Sendable {
  /// Status and fields.
  public let head: HTTPResponse
  /// The body's parts, as they arrive.
  public let body: ResponseBody
  /// How many attempts it took.
  public let attempts: Int

  /// The status.
  public var status: HTTPResponse.Status { self.head.status }
  /// The header fields.
  public var headerFields: HTTPFields { self.head.headerFields }
}
