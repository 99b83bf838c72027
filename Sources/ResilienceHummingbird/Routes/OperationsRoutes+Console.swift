internal import HTTPTypes

extension OperationsRoutes {
  func consoleRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/", access: .role(.viewer), summary: "The console.", produces: "text/html",
        handler: { _ in ConsolePage.response() })
    ]
  }

  /// The OpenAPI document of the given routes and of itself.
  func documentRoute(of routes: [OperationsRoute]) -> OperationsRoute {
    let template = "/api/openapi.json"
    let summary = "This document."
    let placeholder = OperationsRoute(
      method: .get, template: template, access: .role(.viewer), summary: summary,
      handler: { _ in JSONText.response(JSONValue.null) })
    let document = OpenAPIDocument.make(routes + [placeholder], version: self.configuration.version)
    return OperationsRoute(
      method: .get, template: template, access: .role(.viewer), summary: summary,
      handler: { _ in JSONText.response(document) })
  }
}
