/// A member of a request's body.
enum CtlValue: Encodable, Sendable {
  case text(String)
  case flag(Bool)
  case number(Double)
  case texts([String])
  case pairs([String: String])

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .flag(let flag): try container.encode(flag)
    case .number(let number): try container.encode(number)
    case .texts(let texts): try container.encode(texts)
    case .pairs(let pairs): try container.encode(pairs)
    }
  }
}
