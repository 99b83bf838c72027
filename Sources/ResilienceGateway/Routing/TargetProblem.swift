/// Why a request target is not taken.
///
/// Nothing of the target is repeated, so that it may be shown and logged.
enum TargetProblem: Error, Equatable, CaseIterable {
  case empty
  case tooLong
  case absoluteForm
  case authorityForm
  case asteriskForm
  case fragment
  case emptySegment
  case dotSegment
  case backslash
  case encodedSlash
  case controlCharacter
  case notASCII
  case invalidEscape
  case overlongEncoding
  case encodedDependency

  /// The status of the answer.
  var status: Int { self == .tooLong ? 414 : 400 }

  /// What is wrong, and what to send instead.
  var detail: String {
    switch self {
    case .empty: "The request has no target; send a path that begins with '/'."
    case .tooLong: "The request target is longer than \(RequestTarget.maxLength) bytes; send the data in the body."
    case .absoluteForm: "The request target is a whole URL; this is a gateway, not a proxy: send only its path."
    case .authorityForm: "The request target is no path; send one that begins with '/'."
    case .asteriskForm: "The request target '*' concerns no dependency; send a path that begins with '/'."
    case .fragment: "The request target has a fragment ('#'); leave it out, or write '#' as %23."
    case .emptySegment: "The path begins with an empty segment ('//'); leave the second '/' out."
    case .dotSegment: "The path has a '.' or '..' segment; resolve it before sending."
    case .backslash: "The path has a backslash, raw or as %5C, which servers take for different things."
    case .encodedSlash: "The path has an encoded slash (%2F), which servers take for different things."
    case .controlCharacter: "The request target has a blank or a control character, raw or encoded."
    case .notASCII: "The request target has a byte above 127; encode it with '%'."
    case .invalidEscape: "The request target has a '%' without two hexadecimal digits; write '%' itself as %25."
    case .overlongEncoding: "The path hides an ASCII character in an overlong UTF-8 sequence."
    case .encodedDependency: "The first segment, the dependency's name, has a '%'; write the name as it is configured."
    }
  }
}
