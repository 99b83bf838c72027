/// Lists as OpenTelemetry's environment variables have them: `key=value,key=value`, values percent-encoded.
public enum KeyValueList {
  /// The pairs in order, blanks around keys and values removed; nil where the text is no such list.
  public static func parse(_ text: String) -> [(key: String, value: String)]? {
    var pairs: [(key: String, value: String)] = []
    for part in text.split(separator: ",") {
      let trimmed = self.trimmed(part)
      if trimmed.isEmpty { continue }
      guard let equals = trimmed.firstIndex(of: "=") else { return nil }
      let key = self.trimmed(trimmed[..<equals])
      let encoded = self.trimmed(trimmed[trimmed.index(after: equals)...])
      guard !key.isEmpty, let value = PercentEncoding.decoded(encoded) else {
        return nil
      }
      pairs.append((key: String(key), value: value))
    }
    return pairs
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var result = text.drop { $0 == " " || $0 == "\t" }
    while let last = result.last, last == " " || last == "\t" { result.removeLast() }
    return result
  }
}
