internal import Hummingbird
internal import NIOCore
internal import ResilienceInterfaces

/// Why a request was not carried out; sent as the same problem details that the gateway sends.
struct Problem: Error, Sendable {
  let status: HTTPResponse.Status
  /// The stable code without its prefix.
  let code: ErrorCode
  /// What happened, to what, and what to do next; nothing internal, no secret.
  let detail: String
  /// Further headers, such as `Allow` or `Retry-After`.
  var headers: HTTPFields = [:]
  /// When another try makes sense.
  var retryAfterSeconds: Int?

  /// The answer to a request.
  func response(path: String, codePrefix: String, correlationID: String) -> Response {
    let problem = ProblemDetails(
      self.code, prefix: codePrefix, status: self.status.code, detail: self.detail, instance: path,
      correlationId: correlationID, retryAfterSeconds: self.retryAfterSeconds)
    var headers = self.headers
    headers[.contentType] = ProblemDetails.contentType
    return Response(status: self.status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: problem.json)))
  }
}
