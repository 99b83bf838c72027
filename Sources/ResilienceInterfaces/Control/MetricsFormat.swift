/// How metrics are written down for whoever collects them.
public enum MetricsFormat: Sendable, Hashable, CaseIterable {
  /// Prometheus' text format 0.0.4.
  case prometheus
  /// OpenMetrics 1.0: with exemplars, times of creation and an end mark.
  case openMetrics

  /// The media type to send it with.
  public var contentType: String {
    switch self {
    case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// Chooses by the request's `Accept` headers: OpenMetrics where version 1.0.0 (or none in particular) is wanted at
  /// least as much as plain text, else Prometheus' own, which every collector reads.
  public init(accept: String?) {
    var wanted: [MetricsFormat: Double] = [:]
    for range in (accept ?? "").lowercased().split(separator: ",") {
      let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" && $0 != "\"" } }
      guard let type = parts.first else { continue }
      var quality = 1.0
      var version: String?
      for part in parts.dropFirst() {
        if part.hasPrefix("q=") { quality = Double(part.dropFirst(2)) ?? 0 }
        if part.hasPrefix("version=") { version = String(part.dropFirst(8)) }
      }
      switch type {
      case "application/openmetrics-text" where version == nil || version == "1.0.0":
        wanted[.openMetrics] = max(wanted[.openMetrics] ?? 0, quality)
      case "text/plain" where version == nil || version == "0.0.4":
        wanted[.prometheus] = max(wanted[.prometheus] ?? 0, quality)
      default: break
      }
    }
    let open = wanted[.openMetrics] ?? 0
    self = open > 0 && open >= wanted[.prometheus] ?? 0 ? .openMetrics : .prometheus
  }
}
