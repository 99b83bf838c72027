/// Words of others, fit to be kept and shown: bounded, in one piece.
enum HealingText {
  static let mostCharacters = 2_000

  static func bounded(_ text: String) -> String {
    text.count <= self.mostCharacters ? text : "…" + text.suffix(self.mostCharacters)
  }

  static func of(_ error: any Error) -> String { self.bounded("\(error)") }
}
