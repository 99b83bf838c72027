/// Reads the list of `If-None-Match`; a tag may hold commas, so it is no ordinary list.
enum EntityTags {
  /// The tags with their quotes and marks of weakness, or `*`; what is no tag ends the list.
  static func parse(_ value: String) -> [Substring] {
    var tags: [Substring] = []
    var rest = value[...]
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
      if rest == "*" { return tags + ["*"] }
      let start = rest.startIndex
      if rest.hasPrefix("W/") { rest = rest.dropFirst(2) }
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return tags }
      tags.append(value[start...end])
      rest = rest[rest.index(after: end)...]
    }
  }
}
