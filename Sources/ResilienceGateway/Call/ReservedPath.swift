/// A request for one of the gateway's own paths, and not for a dependency.
struct ReservedPath: Error {
  /// What follows `/_resilience`.
  let path: String
}
