/// The target that is sent to a dependency.
enum UpstreamTarget {
  /// The configured URL's path followed by what is forwarded, with exactly one slash in between.
  ///
  /// - Parameters:
  ///   - basePath: Empty, or `/…`.
  ///   - forwardedPath: `/…`, with the query.
  static func join(basePath: String, forwardedPath: String) -> String {
    var base = basePath[...]
    while base.last == "/" { base.removeLast() }
    return base.isEmpty ? forwardedPath : base + forwardedPath
  }
}
