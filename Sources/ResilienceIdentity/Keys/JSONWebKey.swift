internal import Crypto
internal import CryptoExtras
internal import Foundation

/// A key of a provider.
///
/// Source: RFC 7517, RFC 7518 section 6.3. Only RSA keys for RS256, which every OpenID provider has to offer; others
/// are left out when a set is read.
struct JSONWebKey: Sendable {
  let id: String
  private let key: _RSA.Signing.PublicKey

  /// Reads a set of keys; nil: it is none.
  static func set(_ bytes: [UInt8]) -> [String: JSONWebKey]? {
    struct Written: Decodable {
      let kty: String
      let kid: String?
      let n: String?
      let e: String?
      let use: String?
    }
    struct WrittenSet: Decodable { let keys: [Written] }
    guard let set = try? JSONDecoder().decode(WrittenSet.self, from: Data(bytes)) else { return nil }
    var keys: [String: JSONWebKey] = [:]
    for written in set.keys where written.kty == "RSA" && written.use ?? "sig" == "sig" {
      guard let n = written.n.flatMap({ JSONWebToken.bytes($0) }),
        let e = written.e.flatMap({ JSONWebToken.bytes($0) }),
        // Less than 2048 bits is refused by the library.
        let key = try? _RSA.Signing.PublicKey(n: n, e: e)
      else { continue }
      let id = written.kid ?? ""
      keys[id] = JSONWebKey(id: id, key: key)
    }
    return keys
  }

  /// Whether a token was signed by this key.
  func hasSigned(_ token: JSONWebToken) -> Bool {
    // RS256 is PKCS #1 v1.5 with SHA-256; what the library warns of is not verifying but making them.
    self.key.isValidSignature(
      _RSA.Signing.RSASignature(rawRepresentation: token.signature), for: SHA256.hash(data: Data(token.signed)),
      padding: .insecurePKCS1v1_5)
  }
}
