/// A text that must not be printed: its description, debug description and mirror are redacted.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself; name it only where it is used.
  public let value: String

  /// Wraps a text.
  public init(_ value: String) {
    self.value = value
  }

  /// Always `(redacted)`.
  public var description: String { "(redacted)" }
  /// Always `(redacted)`.
  public var debugDescription: String { "(redacted)" }
  /// Shows no children, so that `dump` prints nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
