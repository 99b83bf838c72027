internal import Foundation

/// A signed token in its parts, not yet believed.
///
/// Source: RFC 7515 (compact serialization), RFC 7519 (claims).
struct JSONWebToken: Sendable {
  struct Header: Decodable, Sendable {
    let alg: String
    let kid: String?
  }

  /// The longest token that is read, in bytes.
  static let longest = 16 << 10

  let header: Header
  let claims: [String: ClaimValue]
  /// What was signed.
  let signed: [UInt8]
  let signature: [UInt8]

  /// Takes a token apart.
  init(_ text: String) throws(IdentityError) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= Self.longest, parts.count == 3, let head = Self.bytes(parts[0]),
      let body = Self.bytes(parts[1]), let signature = Self.bytes(parts[2]),
      let header = try? JSONDecoder().decode(Header.self, from: Data(head)),
      let claims = try? JSONDecoder().decode([String: ClaimValue].self, from: Data(body))
    else {
      throw IdentityError(kind: .invalidToken, detail: "this is no signed JSON web token; send the provider's own")
    }
    self.header = header
    self.claims = claims
    self.signed = Array("\(parts[0]).\(parts[1])".utf8)
    self.signature = signature
  }

  /// base64url without padding; nil: it is none.
  static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    guard !text.contains(where: { $0 == "+" || $0 == "/" || $0 == "=" }) else { return nil }
    var plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    return Data(base64Encoded: plain).map { Array($0) }
  }

  /// Whether what it claims is good now and here; its signature is looked at elsewhere.
  ///
  /// - Parameters:
  ///   - settings: What has to hold.
  ///   - role: What the caller wants to be.
  ///   - now: Seconds since 1970.
  func check(_ settings: IdentityProviderConfiguration, role: String, at now: Double) throws(IdentityError) {
    let leeway = settings.leeway / .seconds(1)
    guard self.claims["iss"]?.text == settings.issuer else {
      throw IdentityError(kind: .notForUs, detail: "the token was issued by another provider")
    }
    // Cognito's access tokens say it in `client_id`.
    let audience = self.claims["aud"] ?? self.claims["client_id"]
    guard settings.audience.isEmpty || audience?.contains(settings.audience) == true else {
      throw IdentityError(kind: .notForUs, detail: "the token was issued for another service")
    }
    guard let end = self.claims["exp"]?.number, now < end + leeway else {
      throw IdentityError(kind: .expired, detail: "the token's time is over, or it has no end: get a new one")
    }
    if let beginning = self.claims["nbf"]?.number, now < beginning - leeway {
      throw IdentityError(kind: .expired, detail: "the token's time has not begun: compare the clocks")
    }
    guard self.claims[settings.roleClaim]?.contains(role) == true else {
      throw IdentityError(kind: .roleMissing, detail: "the token does not have the role '\(role.prefix(64))'")
    }
  }
}
