internal import Crypto
internal import Foundation

/// Signs requests as AWS asks for: Signature Version 4.
///
/// Pure: the time is handed in. Source: AWS, "Create a signed AWS API request" (IAM user guide), whose published
/// examples are this type's tests.
struct SignatureV4: Sendable {
  /// What is signed.
  struct Request: Sendable {
    var method = "POST"
    /// The path, already escaped; one slash for the root.
    var path = "/"
    /// The query, already escaped and in the order of its names; empty for none.
    var query = ""
    /// The fields that are signed, in lower case; `host` among them.
    var fields: [(name: String, value: String)]
    var body: [UInt8] = []
  }

  let credentials: DynamoDBCredentials
  let region: String
  let service: String

  /// The value of the field `Authorization`.
  ///
  /// - Parameters:
  ///   - request: What is sent; its field `x-amz-date` says the same time.
  ///   - time: As `timeText` writes it.
  func authorization(of request: Request, at time: String) -> String {
    let day = time.prefix(8)
    let scope = "\(day)/\(self.region)/\(self.service)/aws4_request"
    let (canonical, signed) = Self.canonical(request)
    let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(Self.hex(SHA256.hash(data: Data(canonical.utf8))))"
    let signature = Self.hex(
      HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: self.key(of: String(day))))
    return "AWS4-HMAC-SHA256 Credential=\(self.credentials.accessKeyID)/\(scope), SignedHeaders=\(signed), "
      + "Signature=\(signature)"
  }

  /// The request in the form that both sides hash, and the names of the fields in it.
  static func canonical(_ request: Request) -> (text: String, signed: String) {
    let fields = request.fields.map { ($0.name.lowercased(), self.trimmed($0.value)) }.sorted { $0.0 < $1.0 }
    let signed = fields.map(\.0).joined(separator: ";")
    let lines = fields.map { "\($0.0):\($0.1)\n" }.joined()
    let hash = self.hex(SHA256.hash(data: Data(request.body)))
    return ("\(request.method)\n\(request.path)\n\(request.query)\n\(lines)\n\(signed)\n\(hash)", signed)
  }

  /// The key of a day, a region and a service: a leak of it opens no other.
  private func key(of day: String) -> SymmetricKey {
    var key = SymmetricKey(data: Data("AWS4\(self.credentials.secretAccessKey)".utf8))
    for part in [day, self.region, self.service, "aws4_request"] {
      key = SymmetricKey(data: Data(HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key)))
    }
    return key
  }

  /// A time as signatures have it: `20150830T123600Z`.
  ///
  /// - Parameter milliseconds: Since 1970.
  static func timeText(_ milliseconds: Int64) -> String {
    let time = Date(timeIntervalSince1970: Double(milliseconds / 1_000)).formatted(.iso8601)
    return time.filter { $0 != "-" && $0 != ":" }
  }

  /// Without blanks around it, and with one where there were several.
  private static func trimmed(_ value: String) -> String { value.split(separator: " ").joined(separator: " ") }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
