/// Prometheus' rules about names, those of the data model and those that `promtool check metrics` adds.
enum MetricNaming {
  /// Throws if a metric may not be called so.
  static func check(_ name: String, kind: MetricKind) throws(MetricError) {
    guard self.isIdentifier(name, colons: true) else {
      throw .invalidName(name, reason: "use letters, digits, '_' and ':', and no digit in front")
    }
    let isTotal = name.hasSuffix("_total")
    if kind == .counter && !isTotal { throw .invalidName(name, reason: "a counter's name ends in '_total'") }
    if kind != .counter && isTotal { throw .invalidName(name, reason: "only a counter's name ends in '_total'") }
    for suffix in ["_bucket", "_count", "_sum", "_created", "_info"] where name.hasSuffix(suffix) {
      if kind == .gauge && suffix == "_info" { continue }
      throw .invalidName(name, reason: "the ending '\(suffix)' is reserved")
    }
  }

  /// The name without `_total`: what OpenMetrics calls the metric, so what must be free.
  static func family(_ name: String) -> String { name.hasSuffix("_total") ? String(name.dropLast(6)) : name }

  /// Throws if a metric may not have these labels.
  static func check(labels: [String], of metric: String) throws(MetricError) {
    var seen: Set<String> = []
    for label in labels {
      guard self.isIdentifier(label, colons: false) else {
        throw .invalidLabel(label, metric: metric, reason: "use letters, digits and '_', and no digit in front")
      }
      if label.hasPrefix("__") || label == "le" || label == "quantile" {
        throw .invalidLabel(label, metric: metric, reason: "the name is reserved for Prometheus")
      }
      guard seen.insert(label).inserted else {
        throw .invalidLabel(label, metric: metric, reason: "it is there twice")
      }
    }
  }

  private static func isIdentifier(_ name: String, colons: Bool) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: colons && byte == UInt8(ascii: ":")
      }
    }
  }
}
