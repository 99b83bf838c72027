/// Key paths as people write them: `dependencies.openai.fallback[0].template`.
enum SourcePath {
  static func join(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  static func join(_ path: String, index: Int) -> String {
    "\(path)[\(index)]"
  }

  /// `dependencies.openai.openDuration` → `DEPENDENCIES_OPENAI_OPEN_DURATION`.
  static func environmentName(_ path: String) -> String {
    var name = ""
    var previousIsLower = false
    for scalar in path.unicodeScalars {
      if scalar == "." || scalar == "-" || scalar == "_" {
        name += "_"
        previousIsLower = false
        continue
      }
      let isUpper = ("A"..."Z").contains(scalar)
      if isUpper, previousIsLower { name += "_" }
      name += String(scalar).uppercased()
      previousIsLower = !isUpper
    }
    return name
  }
}
