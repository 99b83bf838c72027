import Crypto
import CryptoExtras
import Foundation

/// Signs tokens as a provider does.
struct TestIssuer: Sendable {
  static let shared = try? TestIssuer("one")
  let id: String
  private let key: _RSA.Signing.PrivateKey

  init(_ id: String) throws {
    self.id = id
    self.key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
  }

  /// A key of the provider's set.
  var member: String {
    get throws {
      let parts = try self.key.publicKey.getKeyPrimitives()
      return """
        {"kty":"RSA","use":"sig","alg":"RS256","kid":"\(self.id)","n":"\(Self.text(parts.modulus))",\
        "e":"\(Self.text(parts.publicExponent))"}
        """
    }
  }

  /// The provider's set of keys.
  var keys: String { get throws { #"{"keys":[{"kty":"EC","kid":"other"},\#(try self.member)]}"# } }

  /// A token with these claims.
  func token(_ claims: String, header: String? = nil) throws -> String {
    let head = header ?? #"{"alg":"RS256","kid":"\#(self.id)"}"#
    let signed = "\(Self.text(Data(head.utf8))).\(Self.text(Data(claims.utf8)))"
    let signature = try self.key.signature(
      for: SHA256.hash(data: Data(signed.utf8)), padding: .insecurePKCS1v1_5)
    return "\(signed).\(Self.text(signature.rawRepresentation))"
  }

  static func text(_ bytes: Data) -> String {
    bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
