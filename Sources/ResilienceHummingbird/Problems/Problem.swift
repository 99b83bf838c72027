internal import Hummingbird
internal import ResilienceInterfaces

/// Why a request was not carried out, as it is sent: RFC 9457 with a code and a correlation id.
struct Problem: Error, Sendable {
  let status: HTTPResponse.Status
  /// The stable code without its prefix.
  let code: Code
  /// What happened, to what, and what to do next; nothing internal, no secret.
  let detail: String
  /// Further headers, such as `Allow` or `Retry-After`.
  var headers: HTTPFields = [:]

  /// The stable codes that the operations server uses.
  enum Code: String, Sendable {
    case validation = "001"
    case unavailable = "005"
    case rateLimited = "007"
    case authentication = "008"
    case authorization = "009"
    case notFound = "010"
    case storageCorrupted = "012"
    case unexpected = "013"
  }

  /// The members of the body.
  private struct Body: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String
    let instance: String
    let code: String
    let correlationId: String
  }

  /// The answer to a request.
  func response(path: String, codePrefix: String, correlationID: String) -> Response {
    let body = Body(
      type: "about:blank", title: self.status.reasonPhrase, status: self.status.code, detail: self.detail,
      instance: path, code: "\(codePrefix)_\(self.code.rawValue)", correlationId: correlationID)
    var headers = self.headers
    headers[.contentType] = "application/problem+json"
    return Response(status: self.status, headers: headers, body: .init(byteBuffer: JSONText.encode(body)))
  }
}
