internal import ResilienceInterfaces

/// Metrics as text: Prometheus' format 0.0.4 and OpenMetrics 1.0.
///
/// They differ in four things: OpenMetrics names a counter's family without `_total`, tells when series began
/// (`_created`), shows exemplars behind buckets, and ends with `# EOF`.
enum MetricsText {
  /// All metrics.
  static func render(_ readings: [MetricReading], as format: MetricsFormat) -> String {
    var text = ""
    for reading in readings { self.append(reading, format, to: &text) }
    if format == .openMetrics { text += "# EOF\n" }
    return text
  }

  private static func append(_ reading: MetricReading, _ format: MetricsFormat, to text: inout String) {
    let descriptor = reading.descriptor
    let isOpen = format == .openMetrics
    let family = isOpen ? MetricNaming.family(descriptor.name) : descriptor.name
    let help = self.escaped(descriptor.help, quotes: isOpen)
    text += "# HELP \(family) \(help)\n# TYPE \(family) \(descriptor.kind.rawValue)\n"
    for series in reading.series {
      let pairs = zip(descriptor.labels, series.values).map { "\($0)=\"\(self.escaped($1, quotes: true))\"" }
      let labels = pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
      switch series.value {
      case .gauge(let value): text += "\(family)\(labels) \(self.number(value))\n"
      case .counter(let value): text += "\(descriptor.name)\(labels) \(value)\n"
      case .histogram(let buckets, let sum, let exemplars):
        self.append(buckets, isOpen ? exemplars : [], descriptor, pairs, isOpen, to: &text)
        text += "\(family)_sum\(labels) \(self.number(sum))\n"
        // The same reading as the bucket without bound, so that the two agree whatever is counted meanwhile.
        text += "\(family)_count\(labels) \(buckets.reduce(0, +))\n"
      }
      if isOpen, descriptor.kind != .gauge {
        text += "\(family)_created\(labels) \(self.seconds(series.created))\n"
      }
    }
  }

  private static func append(
    _ buckets: [UInt64], _ exemplars: [Exemplar?], _ descriptor: MetricDescriptor, _ pairs: [String], _ isOpen: Bool,
    to text: inout String
  ) {
    var running: UInt64 = 0
    for (index, count) in buckets.enumerated() {
      running += count
      let isLast = index >= descriptor.bounds.count
      let bound =
        isLast ? "+Inf" : isOpen ? self.float(descriptor.bounds[index]) : self.number(descriptor.bounds[index])
      let labels = (pairs + ["le=\"\(bound)\""]).joined(separator: ",")
      text += "\(descriptor.name)_bucket{\(labels)} \(running)"
      if index < exemplars.count, let exemplar = exemplars[index] {
        text += " # {trace_id=\"\(exemplar.traceID)\",span_id=\"\(exemplar.spanID)\"}"
        text += " \(self.number(exemplar.value)) \(self.seconds(exemplar.time))"
      }
      text += "\n"
    }
  }

  /// A number as Prometheus reads it.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return value.description
  }

  /// A bound as OpenMetrics wants it, always with a point: `1.0`.
  private static func float(_ value: Double) -> String {
    let text = self.number(value)
    return text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: "-") } ? text + ".0" : text
  }

  /// Milliseconds as seconds with three decimals.
  private static func seconds(_ milliseconds: Int64) -> String {
    let rest = String(abs(milliseconds % 1_000))
    return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
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
