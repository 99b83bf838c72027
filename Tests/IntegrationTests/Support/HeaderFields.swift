/// The fields of a head, in their order.
struct HeaderFields: Sendable, CustomStringConvertible {
  let all: [(name: String, value: String)]

  init(_ fields: [(String, String)]) { self.all = fields.map { (name: $0.0, value: $0.1) } }

  /// The first value of a name, in any case of letters.
  subscript(_ name: String) -> String? { self.values(name).first }

  /// All values of a name, in any case of letters.
  func values(_ name: String) -> [String] {
    self.all.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  var description: String { self.all.map { "\($0.name): \($0.value)" }.joined(separator: "; ") }
}
