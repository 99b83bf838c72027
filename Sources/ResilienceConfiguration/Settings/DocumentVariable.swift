/// An environment variable of the source documents that sets a default below the file.
public struct DocumentVariable: Sendable, Equatable {
  /// How the variable's text becomes the setting's.
  public enum Reading: String, Sendable {
    /// The text is the setting's own.
    case asWritten
    /// A plain number counts seconds.
    case seconds
    /// A plain number counts milliseconds.
    case milliseconds
    /// A plain number counts minutes.
    case minutes
    /// `true` stands for full jitter, `false` for none.
    case jitterSwitch
    /// `true` stands for one stale cache as the fallback.
    case staleCacheSwitch
    /// `false` stands for no fallback, `true` changes nothing.
    case fallbackSwitch
  }

  /// The name; `<DEPENDENCY>` stands for a dependency's name in upper snake case.
  public let name: String
  /// How the text is read.
  public let reading: Reading

  init(_ name: String, _ reading: Reading = .asWritten) {
    self.name = name
    self.reading = reading
  }

  /// The part after the dependency's name, for a variable that each dependency has.
  var dependencySuffix: String? {
    name.hasPrefix("<DEPENDENCY>") ? String(name.dropFirst("<DEPENDENCY>".count)) : nil
  }

  /// The setting's text for the variable's text; nil where the variable changes nothing.
  func settingText(for text: String) -> String? {
    switch reading {
    case .asWritten: return text
    case .seconds: return isPlainNumber(text) ? text + "s" : text
    case .milliseconds: return isPlainNumber(text) ? text + "ms" : text
    case .minutes: return isPlainNumber(text) ? text + "m" : text
    case .jitterSwitch: return FlagText.value(of: text) == true ? "full" : "none"
    case .staleCacheSwitch: return FlagText.value(of: text) == true ? "[{staleCache: {}}]" : nil
    case .fallbackSwitch: return FlagText.value(of: text) == true ? nil : "[]"
    }
  }

  /// Whether the text is one that the variable can have at all; the setting itself judges the rest.
  func accepts(_ text: String) -> Bool {
    switch reading {
    case .asWritten, .seconds, .milliseconds, .minutes: true
    case .jitterSwitch, .staleCacheSwitch, .fallbackSwitch: FlagText.value(of: text) != nil
    }
  }

  private func isPlainNumber(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
  }
}
