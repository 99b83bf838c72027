internal import Crypto
internal import Foundation

/// Encrypts what says who asks, for as long as a request is kept: AES-256-GCM, bound to the item's id.
///
/// The id is authenticated with the text, so that nobody who can write to the store can move credentials to another
/// request.
struct CredentialSeal: Sendable {
  private let key: SymmetricKey

  /// What is encrypted.
  struct Credentials: Codable, Sendable {
    let fields: [QueuedRequest.Field]
    /// Unix milliseconds.
    let expires: Int64
  }

  /// Makes a seal of 64 hexadecimal digits; nil for anything else.
  init?(hexadecimal text: String) {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == 64, text.count == 64 else { return nil }
    let bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    self.key = SymmetricKey(data: bytes)
  }

  func seal(_ credentials: Credentials, for id: String) throws -> Data {
    let text = try JSONEncoder().encode(credentials)
    let box = try AES.GCM.seal(text, using: self.key, authenticating: Data(id.utf8))
    // The nonce has its 12 bytes, so the combined form is always there.
    return box.combined ?? Data()
  }

  /// - Throws: If it was made with another key or for another item, or was changed.
  func open(_ sealed: Data, for id: String) throws -> Credentials {
    let box = try AES.GCM.SealedBox(combined: sealed)
    let text = try AES.GCM.open(box, using: self.key, authenticating: Data(id.utf8))
    return try JSONDecoder().decode(Credentials.self, from: text)
  }

  /// A digest that stands for texts without showing them, in hexadecimal digits.
  static func digest(_ parts: [[UInt8]]) -> String {
    var hash = SHA256()
    for part in parts {
      hash.update(data: withUnsafeBytes(of: UInt64(part.count).littleEndian) { Array($0) })
      hash.update(data: part)
    }
    return hash.finalize().map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }
}
