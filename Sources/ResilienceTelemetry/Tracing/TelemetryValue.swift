/// The value of an attribute of a span, a log record or a resource, as OpenTelemetry knows them.
public enum TelemetryValue: Sendable, Hashable {
  /// A text.
  case string(String)
  /// A whole number.
  case int(Int64)
  /// A number.
  case double(Double)
  /// True or false.
  case bool(Bool)
  /// Several values.
  case array([TelemetryValue])

  /// The value as text, without quotation marks.
  public var text: String {
    switch self {
    case .string(let text): text
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .array(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    }
  }
}
