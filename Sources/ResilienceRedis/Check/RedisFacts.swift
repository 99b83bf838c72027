/// What INFO tells: `name:value` lines between headings.
struct RedisFacts: Sendable {
  private var values: [String: String] = [:]

  init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      self.values[String(line[..<colon])] = String(line[line.index(after: colon)...])
    }
  }

  subscript(name: String) -> String? { self.values[name] }
}
