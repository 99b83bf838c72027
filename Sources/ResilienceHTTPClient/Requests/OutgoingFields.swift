internal import HTTPTypes
internal import Resilience

/// The fields that tell the dependency what its caller knows: which request this is for, and how much time is left.
enum OutgoingFields {
  static let names: (traceparent: HTTPField.Name, correlationID: HTTPField.Name, deadline: HTTPField.Name)? = {
    guard let traceparent = HTTPField.Name("traceparent"), let correlationID = HTTPField.Name("X-Correlation-ID"),
      let deadline = HTTPField.Name("X-Resilience-Deadline-Ms")
    else { return nil }
    return (traceparent, correlationID, deadline)
  }()

  /// Adds the fields.
  ///
  /// What the caller has set of the correlation stays; the time left is always written anew.
  static func add(to fields: inout HTTPFields, _ context: Context) {
    guard let names else { return }
    if let id = context.correlationID, !id.isEmpty, HTTPField.isValidValue(id) {
      if fields[names.correlationID] == nil { fields[names.correlationID] = id }
      if fields[names.traceparent] == nil, let parent = Self.traceparent(id, context.runtime) {
        fields[names.traceparent] = parent
      }
    }
    if let remaining = context.remaining {
      let milliseconds = remaining / .milliseconds(1)
      fields[names.deadline] = String(max(1, Int(milliseconds)))
    }
  }

  /// A W3C trace context of a correlation id that is a trace id (32 hexadecimal digits), with a span of its own.
  static func traceparent(_ id: String, _ runtime: Runtime) -> String? {
    let isHexadecimal = id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard id.utf8.count == 32, isHexadecimal, id.utf8.contains(where: { $0 != 0x30 }) else { return nil }
    let digits = String(max(1, runtime.random()), radix: 16)
    return "00-\(id)-\(String(repeating: "0", count: 16 - digits.count))\(digits)-01"
  }
}
