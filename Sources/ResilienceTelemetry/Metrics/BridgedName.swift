/// Names of swift-metrics as Prometheus wants them.
enum BridgedName {
  /// A counter's: with `_total`.
  static func counter(_ label: String) -> String {
    let name = self.identifier(label)
    return name.hasSuffix("_total") ? name : name + "_total"
  }

  /// A timer's: with its unit.
  static func seconds(_ label: String) -> String {
    let name = self.plain(label)
    return name.hasSuffix("_seconds") ? name : name + "_seconds"
  }

  /// Any other's: with none of the endings that mean something else.
  static func plain(_ label: String) -> String {
    let name = self.identifier(label)
    let reserved = ["_total", "_bucket", "_count", "_sum", "_created", "_info"]
    return reserved.contains { name.hasSuffix($0) } ? name + "_value" : name
  }

  /// A dimension's.
  static func label(_ key: String) -> String {
    let name = self.identifier(key)
    return name.hasPrefix("__") || name == "le" || name == "quantile"
      ? "label" + (name.hasPrefix("_") ? "" : "_") + name : name
  }

  private static func identifier(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isAllowed = scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(scalar.value))
      result.unicodeScalars.append(isAllowed ? scalar : "_")
    }
    guard let first = result.utf8.first else { return "unnamed" }
    return (48...57).contains(first) ? "_" + result : result
  }
}
