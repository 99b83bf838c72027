/// Everything about a metric except its series; two registrations of one name must agree in all of it.
struct MetricDescriptor: Hashable, Sendable {
  let name: String
  let kind: MetricKind
  let help: String
  let labels: [String]
  let bounds: [Double]
  let seriesLimit: Int

  /// The metric in a few words, for the error that tells of a conflict.
  var summary: String {
    "'\(self.name)', a \(self.kind.rawValue) with the labels \(self.labels)"
      + (self.kind == .histogram ? ", the bounds \(self.bounds)" : "") + " and the help text '\(self.help)'"
  }
}
