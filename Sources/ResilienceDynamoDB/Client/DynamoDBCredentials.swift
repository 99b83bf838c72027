/// With what requests are signed.
///
/// Description, debug description and mirror show the key's id only.
public struct DynamoDBCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The key's id; no secret, it is sent with every request.
  public let accessKeyID: String
  /// The secret that never leaves this process.
  let secretAccessKey: String
  /// What temporary credentials carry besides; nil for lasting ones.
  let sessionToken: String?

  /// Takes credentials over.
  ///
  /// - Parameters:
  ///   - accessKeyID: The key's id.
  ///   - secretAccessKey: The secret.
  ///   - sessionToken: What temporary credentials carry besides.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  /// The credentials that an environment holds, under the names that AWS' own tools read; nil where one is missing.
  ///
  /// - Parameter environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
  public init?(environment: [String: String]) {
    guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"], !id.isEmpty,
      !secret.isEmpty
    else { return nil }
    let token = environment["AWS_SESSION_TOKEN"]
    self.init(accessKeyID: id, secretAccessKey: secret, sessionToken: token?.isEmpty == true ? nil : token)
  }

  /// The key's id, without the secret.
  public var description: String { "credentials of \(self.accessKeyID)" }
  /// The key's id, without the secret.
  public var debugDescription: String { self.description }
  /// Shows no children, so that `dump` prints nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
