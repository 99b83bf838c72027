internal import ResilienceConfiguration

extension DependencyConfiguration {
  /// The first path behind a toggle that a request's path begins with, however it is written.
  func toggledPath(of path: String) -> ToggledPathConfiguration? {
    // Without such paths nothing needs to be decoded.
    guard !self.toggledPaths.isEmpty else { return nil }
    let path = DecodedPath(path)
    return self.toggledPaths.first { path.begins(with: DecodedPath($0.prefix)) }
  }
}
