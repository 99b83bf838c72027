import Yams

/// Composes YAML although keys are duplicated, so that one duplicate does not hide all other problems of a file.
///
/// The parser stops at a mapping with duplicate keys and names the first occurrence. That key's first character is
/// then replaced by one of the private use area and the text parsed again: columns count Unicode scalars and stay.
struct DuplicateKeyMasking {
  private static let maximumRounds = 500
  private static let maximumBytesParsed = 4 << 20
  private static let firstMask: UInt32 = 0xE000

  private var originals: [SourcePosition: String] = [:]

  /// The key as written where the key at the mark was masked.
  func originalKey(at mark: Mark?) -> String? {
    mark.flatMap { originals[SourcePosition($0)] }
  }

  /// Parses the text; throws what the parser throws where masking does not help.
  static func compose(_ text: String) throws -> (node: Node?, duplicates: DuplicateKeyMasking) {
    var masking = DuplicateKeyMasking()
    var masked = text
    // A large file is not parsed as often as a small one.
    for round in 0..<min(maximumRounds, maximumBytesParsed / max(text.utf8.count, 1)) {
      do {
        // The basic resolver applies no regular expressions: settings know their own types.
        return (try Yams.compose(yaml: masked, .basic, .default, .utf8), masking)
      } catch let YamlError.duplicatedKeysInMapping(duplicates, context) {
        guard let next = masking.mask(masked, keys: duplicates, mark: context.mark, round: round) else {
          throw YamlError.duplicatedKeysInMapping(duplicates: duplicates, context: context)
        }
        masked = next
      }
    }
    return (try Yams.compose(yaml: masked, .basic, .default, .utf8), masking)
  }

  private mutating func mask(_ text: String, keys: [String], mark: Mark, round: Int) -> String? {
    guard let mask = Unicode.Scalar(Self.firstMask + UInt32(round)) else { return nil }
    var scalars = Array(text.unicodeScalars)
    guard var index = SourceBounds.offset(line: mark.line, column: mark.column, in: scalars) else { return nil }
    if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
    // Escapes and anchors change the text of a key; such a one is left to the parser's own error.
    let matching = keys.first { key in
      let wanted = Array(key.unicodeScalars)
      return !wanted.isEmpty && index + wanted.count <= scalars.count
        && scalars[index..<(index + wanted.count)].elementsEqual(wanted)
    }
    guard let matching else { return nil }
    originals[SourcePosition(mark)] = matching
    scalars[index] = mask
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }
}
