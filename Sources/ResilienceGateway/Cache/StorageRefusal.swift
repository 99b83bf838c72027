/// Why an answer is not remembered.
enum StorageRefusal: String, Error, Sendable {
  /// The request is no GET, carries credentials or a body, asks for a part, or says `no-store`.
  case request
  /// The status is none that may be remembered.
  case status
  /// `no-store`, `private` or `no-cache`, or directives that cannot be read.
  case directives
  /// It sets a cookie, or asks for credentials.
  case personal
  /// It is a part (`Content-Range`).
  case partial
  /// `Vary` names something that cannot be compared.
  case vary
  /// The body is longer than one entry may be.
  case tooLarge
  /// The body is shorter or longer than announced.
  case incomplete
}
