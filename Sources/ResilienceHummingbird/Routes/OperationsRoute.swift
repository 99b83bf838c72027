internal import HTTPTypes
internal import Hummingbird

/// One route: how it is found, who may use it, how it is documented, what it does.
///
/// The same table serves routing, access rules, `Allow` headers and the OpenAPI document, so they cannot disagree.
struct OperationsRoute: Sendable {
  /// Who may use a route.
  enum Access: Sendable, Equatable {
    /// Everybody, also on a server with credentials.
    case open
    /// Everybody whose role is at least this one.
    case role(OperationsOperator.Role)
    /// Whoever brings the right token in the body.
    case login
  }

  /// One member of a write's JSON body, for the documentation.
  struct Field: Sendable {
    let name: String
    let type: String
    let isRequired: Bool
    let summary: String
  }

  let method: HTTPRequest.Method
  /// The path with `{name}` for segments that vary.
  let template: String
  let access: Access
  let summary: String
  /// The media type of a good answer.
  var produces = "application/json"
  var query: [Field] = []
  var fields: [Field] = []
  let handler: @Sendable (OperationsRequest) async throws -> Response

  /// The values of the varying segments, if the path fits.
  func match(_ segments: [String]) -> [String: String]? {
    let pattern = self.template.split(separator: "/")
    guard pattern.count == segments.count else { return nil }
    var parameters: [String: String] = [:]
    for (expected, found) in zip(pattern, segments) {
      if expected.hasPrefix("{") {
        parameters[String(expected.dropFirst().dropLast())] = found
      } else if expected != found {
        return nil
      }
    }
    return parameters
  }
}
