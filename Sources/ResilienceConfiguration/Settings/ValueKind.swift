/// How values of one type are written, read, limited and shown.
struct ValueKind<Value: Sendable>: Sendable {
  let name: String
  var unit: String?
  let allowed: String
  var shape = SettingDefinition.Shape.value
  let read: @Sendable (SourceNode, inout ConfigurationReader) -> Value?
  let render: @Sendable (Value) -> String
  /// The values that there are, where they can be listed.
  var choices: [String] = []

  /// A kind whose values are single texts.
  static func scalar(
    _ name: String, unit: String? = nil, allowed: String, isSecret: Bool = false, choices: [String] = [],
    render: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String) throws(ValueFault) -> Value
  ) -> ValueKind {
    ValueKind(
      name: name, unit: unit, allowed: allowed,
      read: { node, reader in
        guard let text = reader.text(of: node, allowed: allowed, isSecret: isSecret) else { return nil }
        do throws(ValueFault) {
          return try parse(text)
        } catch {
          reader.report(
            error.rule, at: node, error.message, found: reader.shown(node, isSecret: isSecret), allowed: allowed,
            remedy: error.remedy)
          return nil
        }
      },
      render: render, choices: choices)
  }

  /// A kind whose values are single texts that a type reads itself.
  ///
  /// - Parameters:
  ///   - fault: What is said of a text that it cannot read.
  ///   - make: Reads a text; nil: it cannot.
  static func scalar(
    _ name: String, allowed: String, or fault: ValueFault, render: @escaping @Sendable (Value) -> String,
    make: @escaping @Sendable (String) -> Value?
  ) -> ValueKind {
    self.scalar(name, allowed: allowed, render: render) { text throws(ValueFault) in
      guard let value = make(text) else { throw fault }
      return value
    }
  }

  /// A list of values of a kind.
  static func list<Element: Sendable>(of kind: ValueKind<Element>, _ name: String) -> ValueKind
  where Value == [Element] {
    let allowed = "a list, each element \(kind.allowed)"
    return ValueKind(
      name: name, unit: kind.unit, allowed: allowed, shape: .list,
      read: { node, reader in
        reader.elements(of: node, allowed: allowed)?.compactMap { kind.read($0, &reader) }
      },
      render: { "[\($0.map(kind.render).joined(separator: ", "))]" })
  }

  func definition(
    _ key: String, _ documentation: String, defaultText: String?, required: Bool, documents: [DocumentVariable],
    since: String
  ) -> SettingDefinition {
    SettingDefinition(
      key: key, shape: shape, typeName: name, unit: unit, allowed: allowed, defaultText: defaultText,
      documentation: documentation, isRequired: required, since: since, availability: .available,
      documentVariables: documents, choices: choices)
  }
}
