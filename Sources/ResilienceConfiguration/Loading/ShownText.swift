/// Text of a file made fit for a message: quoted, bounded, on one line, without credentials of URLs.
enum ShownText {
  private static let maximumLength = 80

  static func quoted(_ text: String) -> String {
    var shown = ""
    for scalar in withoutCredentials(text).unicodeScalars.prefix(maximumLength) {
      if scalar.properties.generalCategory == .control || SourceBounds.isBreak(scalar) {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return "\"\(shown)\(text.unicodeScalars.count > maximumLength ? "…" : "")\""
  }

  private static func withoutCredentials(_ text: String) -> String {
    guard let at = text.lastIndex(of: "@") else { return text }
    let afterScheme = text.firstRange(of: "://").map(\.upperBound) ?? text.firstIndex(of: ":").map(text.index(after:))
    guard let start = afterScheme, start <= at else { return text }
    return text[..<start] + "(redacted)" + text[at...]
  }
}
