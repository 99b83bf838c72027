internal import ResilienceInterfaces

/// Writes OpenTelemetry's protocol as JSON: ids in hexadecimal, 64-bit numbers as text, enumerations as numbers.
///
/// Members whose value is the default are left out, as protobuf's JSON has it.
struct OTLPWriter {
  private(set) var text = ""
  private var needsComma = false

  /// One request: the resource, then the scopes with what they hold.
  static func request(
    _ root: String, _ scopes: String, _ resource: TelemetryResource, _ body: (inout OTLPWriter) -> Void
  ) -> [UInt8] {
    var writer = OTLPWriter()
    writer.object {
      $0.array(root) {
        $0.object {
          $0.object("resource") { $0.attributes(resource.attributes) }
          $0.array(scopes) { body(&$0) }
        }
      }
    }
    return Array(writer.text.utf8)
  }

  /// An object, as a member or, without a key, as an element.
  mutating func object(_ key: String? = nil, _ body: (inout OTLPWriter) -> Void) { self.nest(key, "{", "}", body) }

  /// An array, as a member or, without a key, as an element.
  mutating func array(_ key: String? = nil, _ body: (inout OTLPWriter) -> Void) { self.nest(key, "[", "]", body) }

  mutating func string(_ key: String?, _ value: String) { self.raw(key, JSONObjectWriter.quoted(value)) }
  mutating func bool(_ key: String, _ value: Bool) { self.raw(key, value ? "true" : "false") }
  /// A number of at most 32 bits, or an enumeration's.
  mutating func small(_ key: String?, _ value: Int) { self.raw(key, String(value)) }
  /// A number of 64 bits: a text, because JSON's numbers lose digits.
  mutating func large(_ key: String?, _ value: some BinaryInteger) { self.raw(key, "\"\(value)\"") }
  mutating func double(_ key: String?, _ value: Double) {
    self.raw(key, value.isFinite ? "\(value)" : value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
  }

  /// The member `attributes`, where there are any.
  mutating func attributes(_ attributes: TelemetryAttributes) {
    guard !attributes.entries.isEmpty else { return }
    self.array("attributes") { writer in
      for entry in attributes.entries {
        writer.object {
          $0.string("key", entry.key)
          $0.object("value") { $0.value(entry.value) }
        }
      }
    }
  }

  private mutating func value(_ value: TelemetryValue) {
    switch value {
    case .string(let text): self.string("stringValue", RecordedSpan.cut(text))
    case .int(let number): self.large("intValue", number)
    case .double(let number): self.double("doubleValue", number)
    case .bool(let flag): self.bool("boolValue", flag)
    case .array(let values):
      self.object("arrayValue") {
        $0.array("values") { writer in for value in values { writer.object { $0.value(value) } } }
      }
    }
  }

  private mutating func nest(_ key: String?, _ open: String, _ close: String, _ body: (inout OTLPWriter) -> Void) {
    self.begin(key)
    self.text += open
    self.needsComma = false
    body(&self)
    self.text += close
    self.needsComma = true
  }

  private mutating func raw(_ key: String?, _ value: String) {
    self.begin(key)
    self.text += value
    self.needsComma = true
  }

  private mutating func begin(_ key: String?) {
    if self.needsComma { self.text += "," }
    if let key { self.text += "\"\(key)\":" }
  }
}
