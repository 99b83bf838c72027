internal import NIOCore

/// A command: its name and arguments, and whether carrying it out twice is the same as once.
public struct RedisCommand: Sendable, Equatable {
  /// The words, the name first.
  public let words: [RedisArgument]
  /// Whether it may be sent again when nobody knows if it was carried out.
  ///
  /// True for what only reads and for what sets something to a value; false for what counts, appends or moves.
  public let isRepeatable: Bool

  /// Makes a command.
  ///
  /// - Parameters:
  ///   - name: Such as `GET`.
  ///   - arguments: What follows; never put together as text, so nothing in it can become a command.
  ///   - isRepeatable: Whether carrying it out twice is the same as once; by default not.
  public init(_ name: String, _ arguments: [RedisArgument] = [], isRepeatable: Bool = false) {
    self.words = [.text(name)] + arguments
    self.isRepeatable = isRepeatable
  }

  /// Makes a command of words.
  public init(_ name: String, _ arguments: RedisArgument..., isRepeatable: Bool = false) {
    self.init(name, arguments, isRepeatable: isRepeatable)
  }

  /// The command's name, for errors; arguments may be secrets and are left out of them.
  public var name: String {
    if case .text(let name)? = self.words.first { return name }
    return ""
  }

  /// Writes the command as the protocol wants it.
  func write(to buffer: inout ByteBuffer) {
    buffer.writeString("*\(self.words.count)\r\n")
    for word in self.words {
      switch word {
      case .text(let text):
        buffer.writeString("$\(text.utf8.count)\r\n")
        buffer.writeString(text)
      case .bytes(let bytes):
        buffer.writeString("$\(bytes.count)\r\n")
        buffer.writeBytes(bytes)
      case .integer(let number):
        let digits = String(number)
        buffer.writeString("$\(digits.utf8.count)\r\n")
        buffer.writeString(digits)
      }
      buffer.writeStaticString("\r\n")
    }
  }

  /// About how many bytes it takes on the wire.
  var size: Int {
    self.words.reduce(16) { size, word in
      switch word {
      case .text(let text): size + 16 + text.utf8.count
      case .bytes(let bytes): size + 16 + bytes.count
      case .integer: size + 36
      }
    }
  }
}
