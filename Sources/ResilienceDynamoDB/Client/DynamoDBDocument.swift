/// A JSON value as requests and answers are made of.
///
/// Numbers occur in answers only as counts and sizes; those of items are texts (`{"N": "5"}`) and lose nothing.
enum DynamoDBDocument: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([DynamoDBDocument])
  case object([String: DynamoDBDocument])

  /// A member of an object; nil for anything else.
  subscript(name: String) -> DynamoDBDocument? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// The text, if it is one.
  var text: String? { if case .string(let text) = self { text } else { nil } }
  /// The elements, if it is an array.
  var elements: [DynamoDBDocument]? { if case .array(let elements) = self { elements } else { nil } }
  /// The members, if it is an object.
  var members: [String: DynamoDBDocument]? { if case .object(let members) = self { members } else { nil } }
}

extension DynamoDBDocument: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let members = try? container.decode([String: DynamoDBDocument].self) {
      self = .object(members)
    } else if let elements = try? container.decode([DynamoDBDocument].self) {
      self = .array(elements)
    } else if let flag = try? container.decode(Bool.self) {
      self = .bool(flag)
    } else {
      self = .number(try container.decode(Double.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let flag): try container.encode(flag)
    case .number(let number):
      if let whole = Int64(exactly: number) { try container.encode(whole) } else { try container.encode(number) }
    case .string(let text): try container.encode(text)
    case .array(let elements): try container.encode(elements)
    case .object(let members): try container.encode(members)
    }
  }
}

extension DynamoDBDocument: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral text: String) { self = .string(text) }
  init(integerLiteral number: Int) { self = .number(Double(number)) }
  init(booleanLiteral flag: Bool) { self = .bool(flag) }
  init(arrayLiteral elements: DynamoDBDocument...) { self = .array(elements) }
  init(dictionaryLiteral members: (String, DynamoDBDocument)...) {
    self = .object(Dictionary(members, uniquingKeysWith: { _, last in last }))
  }
}

/// Attributes of items: values with their type beside them.
extension DynamoDBDocument {
  /// A text attribute.
  static func text(_ text: String) -> DynamoDBDocument { ["S": .string(text)] }
  /// A number attribute.
  static func whole(_ number: Int64) -> DynamoDBDocument { ["N": .string(String(number))] }

  /// The text of a text attribute.
  var attributeText: String? { self["S"]?.text }
  /// The number of a number attribute.
  var attributeWhole: Int64? { self["N"]?.text.flatMap { Int64($0) } }
}
