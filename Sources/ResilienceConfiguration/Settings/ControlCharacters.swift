/// What a line of text does not hold.
enum ControlCharacters {
  static func occur(in text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
