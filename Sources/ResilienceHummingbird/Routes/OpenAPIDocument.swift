internal import HTTPTypes

/// Describes the route table as OpenAPI 3.1.
enum OpenAPIDocument {
  /// The document of exactly these routes.
  static func make(_ routes: [OperationsRoute], version: String) -> JSONValue {
    var paths: [String: [String: JSONValue]] = [:]
    for route in routes { paths[route.template, default: [:]][route.method.rawValue.lowercased()] = operation(route) }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "resilience operations", "version": .string(version),
        "description": "Instants are Unix milliseconds; keys say their unit.",
      ],
      "paths": .object(paths.mapValues { .object($0) }),
      "components": [
        "securitySchemes": [
          "bearer": ["type": "http", "scheme": "bearer"],
          "session": ["type": "apiKey", "in": "cookie", "name": .string(AccessRules.cookieName)],
        ],
        "schemas": ["Problem": self.problem],
        "responses": [
          "Problem": [
            "description": "Why the request was not carried out.",
            "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
          ]
        ],
      ],
    ]
  }

  private static func operation(_ route: OperationsRoute) -> JSONValue {
    var operation: [String: JSONValue] = [
      "summary": .string(route.summary),
      "responses": [
        "200": ["description": "Done.", "content": .object([route.produces: [:]])],
        "default": ["$ref": "#/components/responses/Problem"],
      ],
      "security": .array(route.access == .open || route.access == .login ? [] : [["bearer": []], ["session": []]]),
    ]
    let parameters = self.parameters(route)
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if !route.fields.isEmpty { operation["requestBody"] = self.body(route.fields) }
    return .object(operation)
  }

  private static func parameters(_ route: OperationsRoute) -> [JSONValue] {
    let inPath: [JSONValue] = route.template.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
      [
        "name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true,
        "schema": ["type": "string"],
      ]
    }
    let inQuery: [JSONValue] = route.query.map { field in
      [
        "name": .string(field.name), "in": "query", "required": .bool(field.isRequired),
        "description": .string(field.summary), "schema": ["type": .string(field.type)],
      ]
    }
    return inPath + inQuery
  }

  private static func body(_ fields: [OperationsRoute.Field]) -> JSONValue {
    var properties: [String: JSONValue] = [:]
    for field in fields {
      properties[field.name] = ["type": .string(field.type), "description": .string(field.summary)]
    }
    return [
      "required": true,
      "content": [
        "application/json": [
          "schema": [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
            "required": .array(fields.filter(\.isRequired).map { .string($0.name) }),
          ]
        ]
      ],
    ]
  }

  private static var problem: JSONValue {
    let members = ["type", "title", "detail", "instance", "code", "correlationId"]
    var properties = Dictionary(uniqueKeysWithValues: members.map { ($0, ["type": "string"] as JSONValue) })
    properties["status"] = ["type": "integer"]
    return ["type": "object", "properties": .object(properties), "required": .array(members.map { .string($0) })]
  }
}
