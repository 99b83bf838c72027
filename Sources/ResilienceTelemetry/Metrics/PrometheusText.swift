/// Prometheus' text format 0.0.4.
enum PrometheusText {
  /// One metric with all its series.
  static func render<Cell: SampledCell>(
    _ descriptor: MetricDescriptor, _ series: [(values: [String], cell: Cell)]
  ) -> String {
    var text = "# HELP \(descriptor.name) \(self.escapedHelp(descriptor.help))\n"
    text += "# TYPE \(descriptor.name) \(descriptor.kind.rawValue)\n"
    for (values, cell) in series {
      let pairs = zip(descriptor.labels, values).map { "\($0)=\"\(self.escapedValue($1))\"" }
      for sample in cell.samples() {
        let all = pairs + (sample.bound.map { ["le=\"\($0)\""] } ?? [])
        let labels = all.isEmpty ? "" : "{" + all.joined(separator: ",") + "}"
        text += "\(descriptor.name)\(sample.suffix)\(labels) \(sample.value)\n"
      }
    }
    return text
  }

  /// A number as Prometheus reads it.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return value.description
  }

  private static func escapedHelp(_ text: String) -> String {
    self.escaped(text, quotes: false)
  }

  private static func escapedValue(_ text: String) -> String {
    self.escaped(text, quotes: true)
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
