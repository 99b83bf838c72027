internal import Foundation
internal import NIOCore

/// The members of a write's JSON body, read strictly: an unknown one is an error, so that a typing error is found.
struct RequestFields: Sendable {
  private let members: [String: JSONValue]

  /// Parses a body and refuses members that the route does not know.
  init(_ body: ByteBuffer, allowed: [String]) throws(Problem) {
    let text = Data(body.readableBytesView)
    guard !text.isEmpty else {
      throw .malformed("The body is empty; send a JSON object with \(Self.list(allowed)).")
    }
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: text) else {
      throw .malformed("The body is not JSON; send a JSON object with \(Self.list(allowed)).")
    }
    guard case .object(let members) = value else {
      throw .malformed("The body is \(value.kind); send a JSON object with \(Self.list(allowed)).")
    }
    if let unknown = members.keys.sorted().first(where: { !allowed.contains($0) }) {
      throw .unprocessable(field: String(unknown.prefix(100)), found: "unknown", allowed: Self.list(allowed))
    }
    self.members = members
  }

  /// Whether a member is there and not null.
  func has(_ name: String) -> Bool {
    switch self.members[name] {
    case nil, .null: false
    case .bool, .number, .string, .array, .object: true
    }
  }

  /// A list of texts that may be missing or null.
  func optionalTexts(_ name: String) throws(Problem) -> [String]? {
    switch self.members[name] {
    case nil, .null: return nil
    case .array(let elements):
      var texts: [String] = []
      for element in elements {
        guard case .string(let text) = element else {
          throw .unprocessable(field: name, found: "an array with \(element.kind)", allowed: "an array of texts")
        }
        texts.append(text)
      }
      return texts
    case .some(let other): throw .unprocessable(field: name, found: other.kind, allowed: "an array of texts")
    }
  }

  /// A text that has to be there.
  func text(_ name: String) throws(Problem) -> String {
    guard let text = try self.optionalText(name) else {
      throw .unprocessable(field: name, found: "missing", allowed: "a text")
    }
    return text
  }

  /// A text that may be missing or null.
  func optionalText(_ name: String) throws(Problem) -> String? {
    switch self.members[name] {
    case nil, .null: return nil
    case .string(let text): return text
    case .some(let other): throw .unprocessable(field: name, found: other.kind, allowed: "a text")
    }
  }

  /// A number that may be missing.
  func number(_ name: String, default value: Double) throws(Problem) -> Double {
    switch self.members[name] {
    case nil, .null: return value
    case .number(let number): return number
    case .some(let other): throw .unprocessable(field: name, found: other.kind, allowed: "a number")
    }
  }

  /// A whole number that may be missing.
  func integer(_ name: String, default value: Int) throws(Problem) -> Int {
    let number = try self.number(name, default: Double(value))
    guard let whole = Int(exactly: number) else {
      throw .unprocessable(field: name, found: Self.text(number), allowed: "a whole number")
    }
    return whole
  }

  /// A boolean that may be missing.
  func boolean(_ name: String, default value: Bool) throws(Problem) -> Bool {
    switch self.members[name] {
    case nil, .null: return value
    case .bool(let bool): return bool
    case .some(let other): throw .unprocessable(field: name, found: other.kind, allowed: "true or false")
    }
  }

  /// An object whose members are texts or null; numbers and booleans count as what they are written like.
  func texts(_ name: String) throws(Problem) -> [String: String?] {
    guard case .object(let members) = self.members[name] else {
      throw .unprocessable(field: name, found: self.members[name]?.kind ?? "missing", allowed: "an object of texts")
    }
    var texts: [String: String?] = [:]
    for (key, value) in members {
      switch value {
      case .null: texts[key] = .some(nil)
      case .string(let text): texts[key] = text
      case .bool(let flag): texts[key] = "\(flag)"
      case .number(let number): texts[key] = Self.text(number)
      case .array, .object:
        throw .unprocessable(field: String(key.prefix(200)), found: value.kind, allowed: "a text or null")
      }
    }
    return texts
  }

  /// A number as people write it: `5`, not `5.0`.
  static func text(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }

  private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}
