/// The methods that settings may name.
enum MethodNames {
  static let all = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH", "TRACE"]
  static let allowed = all.joined(separator: ", ")
}
