/// Makes and compares secrets.
enum SecretText {
  /// 256 random bits as hexadecimal digits.
  static func make() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<4).map { _ in self.hex(random.next()) }.joined()
  }

  /// 64 bits as 16 hexadecimal digits.
  static func hex(_ bits: UInt64) -> String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Whether two texts are equal, in a time that depends on the candidate's length only.
  static func matches(_ candidate: String, _ secret: String) -> Bool {
    let candidate = Array(candidate.utf8)
    let secret = Array(secret.utf8)
    guard !secret.isEmpty else { return false }
    var difference = candidate.count ^ secret.count
    for index in candidate.indices { difference |= Int(candidate[index] ^ secret[index % secret.count]) }
    return difference == 0
  }
}
