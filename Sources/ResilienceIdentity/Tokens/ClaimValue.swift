/// What a claim says.
enum ClaimValue: Sendable, Equatable, Decodable {
  case text(String)
  case number(Double)
  case texts([String])
  /// Something that nobody here reads.
  case other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let texts = try? container.decode([String].self) {
      self = .texts(texts)
    } else {
      self = .other
    }
  }

  /// Whether it is a text, or one of several.
  func contains(_ text: String) -> Bool {
    switch self {
    case .text(let own): own == text
    case .texts(let own): own.contains(text)
    case .number, .other: false
    }
  }

  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var text: String? { if case .text(let text) = self { text } else { nil } }
}
