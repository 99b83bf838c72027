/// What a request asks for: a dependency, and a path at that dependency.
///
/// Two servers that read one path differently are how access rules are passed by; so whatever can be read differently
/// is refused, and everything else goes on byte by byte as it came.
struct RequestTarget: Equatable, Sendable {
  /// The longest target that is taken, in bytes.
  static let maxLength = 8_192

  /// The first segment; never empty, without '%'.
  let dependency: String
  /// The rest with the query, never empty: `/` where there is none.
  let forwardedPath: String

  /// Whether the path is the gateway's own (`/_resilience/…`).
  var isReserved: Bool { self.dependency == "_resilience" }

  /// Reads a target in origin form: `/dependency/rest?query`.
  init(uri: String) throws(TargetProblem) {
    let check = try TargetCheck(uri)
    let path = check.path.dropFirst()
    let name = path.prefix { $0 != UInt8(ascii: "/") }
    guard !name.isEmpty else { throw .empty }
    guard !name.contains(UInt8(ascii: "%")) else { throw .encodedDependency }
    let rest = check.bytes[name.endIndex...]
    guard !rest.starts(with: "//".utf8) else { throw .emptySegment }
    self.dependency = String(decoding: name, as: UTF8.self)
    self.forwardedPath = (rest.first == UInt8(ascii: "/") ? "" : "/") + String(decoding: rest, as: UTF8.self)
  }

  /// The whole target as the path to forward, for a port that belongs to one dependency; refuses the same.
  static func wholePath(of uri: String) throws(TargetProblem) -> String {
    _ = try TargetCheck(uri)
    return uri
  }
}
