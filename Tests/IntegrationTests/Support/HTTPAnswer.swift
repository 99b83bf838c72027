import Foundation

/// An answer as it came.
struct HTTPAnswer: Sendable, CustomStringConvertible {
  let status: Int
  let fields: HeaderFields
  let body: String

  /// The first value of a field.
  subscript(_ name: String) -> String? { self.fields[name] }

  /// The body as JSON; null where it is none.
  var json: JSON { JSON(self.body) }

  /// The body without the correlation id, whose digits are chance.
  var bodyText: String { self["X-Correlation-ID"].map { self.body.replacing($0, with: "") } ?? self.body }

  var description: String { "\(self.status) [\(self.fields)] \(self.body.prefix(600))" }
}
